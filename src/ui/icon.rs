//! The few Lucide icons we use, as data, so that menus and navigation can carry one.

use leptos::prelude::*;
use lucide_leptos as lucide;

/// An icon. Always decoration: the words beside it (or an `aria-label`) say what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    ArrowDown,
    ArrowLeft,
    ArrowUp,
    Bell,
    Bag,
    Card,
    Chart,
    Check,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    Close,
    Code,
    Copy,
    Dashboard,
    Error,
    External,
    File,
    Info,
    Inbox,
    Key,
    Menu,
    SunMoon,
    Moon,
    More,
    Plus,
    Receipt,
    Repeat,
    Search,
    Settings,
    SignOut,
    Sort,
    Store,
    Success,
    Sun,
    Ticket,
    Trash,
    Users,
    Webhook,
}

macro_rules! glyphs {
    ($self:ident, $size:ident, $($name:ident => $glyph:ident),* $(,)?) => {
        match $self { $(Icon::$name => view! { <lucide::$glyph size=$size /> }.into_any(),)* }
    };
}

impl Icon {
    /// The icon at 16 px, hidden from screen readers.
    pub fn view(self) -> AnyView {
        self.sized(16)
    }

    /// The icon at a given size in pixels.
    pub fn sized(self, size: usize) -> AnyView {
        let svg = self.svg(size);
        view! { <span class="icon" aria-hidden="true">{svg}</span> }.into_any()
    }

    fn svg(self, size: usize) -> AnyView {
        glyphs!(self, size,
            Alert => TriangleAlert, ArrowDown => ArrowDown, ArrowLeft => ArrowLeft, ArrowUp => ArrowUp,
            Bell => Bell, Bag => ShoppingBag, Card => CreditCard, Chart => ChartLine, Check => Check,
            ChevronDown => ChevronDown, ChevronLeft => ChevronLeft, ChevronRight => ChevronRight,
            Close => X, Code => Code, Copy => Copy, Dashboard => LayoutDashboard, Error => CircleAlert,
            External => ExternalLink, File => FileText, Info => Info, Inbox => Inbox, Key => KeyRound,
            Menu => Menu, SunMoon => SunMoon, Moon => Moon, More => Ellipsis, Plus => Plus,
            Receipt => Receipt, Repeat => Repeat, Search => Search, Settings => Settings,
            SignOut => LogOut, Sort => ChevronsUpDown, Store => Store, Success => CircleCheck,
            Sun => Sun, Ticket => TicketPercent, Trash => Trash, Users => Users, Webhook => Webhook,
        )
    }
}
