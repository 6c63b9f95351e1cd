-- One measurement for wrk: wrk … -s bench.lua URL -- create|mixed|PATH KEY RUN
-- "mixed" is a third lists, a third creates with an idempotency key, a third creates repeated with
-- the key of an earlier one; one that had a second effect would be refused, as its id is taken.
-- Prints "result RATE P50 P99 ERRORS", times in milliseconds.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  what, run, count = args[1], args[3], 0
  headers = { ["x-api-key"] = args[2], ["content-type"] = "application/json" }
end

local function create(number_of, keyed)
  local id = string.format("%s-%s-%d-%d", what, run, number, number_of)
  local body = string.format(
    '{"product_id":"%s","name":"Product %d","kind":"one_time","pricing_model":"one_time","amount_minor":1000}', id, number_of)
  headers["idempotency-key"] = keyed and id or nil
  return wrk.format("POST", "/v2/products", headers, body)
end

-- Far enough behind that the first one has been answered.
local BEHIND = 900

function request()
  count = count + 1
  if what == "create" then
    return create(count, false)
  end
  local turn = count % 3
  if what == "mixed" and turn == 1 then
    return create(count, true)
  elseif what == "mixed" and turn == 2 and count > BEHIND then
    return create(count - BEHIND - 1, true)
  end
  headers["idempotency-key"] = nil
  return wrk.format("GET", what == "mixed" and "/v2/products?limit=10" or what, headers)
end

function done(summary, latency)
  local e = summary.errors
  print(string.format("result %.0f %.2f %.2f %d",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
