-- One measurement for wrk: wrk … -s bench.lua URL -- create|PATH KEY RUN
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

function request()
  if what ~= "create" then
    return wrk.format("GET", what, headers)
  end
  count = count + 1
  local body = string.format(
    '{"product_id":"bench-%s-%d-%d","name":"Product %d","kind":"one_time","pricing_model":"one_time","amount_minor":1000}',
    run, number, count, count)
  return wrk.format("POST", "/v2/products", headers, body)
end

function done(summary, latency)
  local e = summary.errors
  print(string.format("result %.0f %.2f %.2f %d",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
