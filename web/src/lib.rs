//! The page: a worker that owns the world, a painter for its pictures, panels for everything else.
//!
//! One module serves both: in a page [`start`] mounts the panels and starts the worker from this same module; in the worker
//! only [`worker::worker_main`] runs. Start reading at `app`, which carries out every [`command::Command`].

mod app;
mod automation;
mod bench;
mod browser;
mod choices;
mod client;
pub mod command;
mod frames;
mod keys;
mod layer;
mod other;
pub mod painter;
pub mod panels;
pub mod picture;
mod speed;
pub mod state;
mod surface;
mod texts;
pub mod transport;
mod waking;
pub mod words;
pub mod worker;

pub use app::{DEFAULT, dispatch};

/// Start whatever this module is for where it finds itself: the page in a window, nothing by itself in a worker.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    if browser::document().is_none() {
        return;
    }
    waking::loaded();
    waking::on_frame(frames::frame);
    let state = state::State::default();
    let theme = browser::remembered_theme();
    reactive_graph::traits::Set::set(&state.theme, theme);
    reactive_graph::traits::Set::set(&state.shade, browser::shade(theme));
    reactive_graph::traits::Set::set(&state.shortcuts, browser::remembered_shortcuts());
    panels::mount(panels::Panels { state, emit: dispatch });
    app::start(state);
    keys::listen();
    automation::offer();
    if let Some(boot) = browser::document().and_then(|document| document.get_element_by_id("boot")) {
        boot.remove();
    }
}
