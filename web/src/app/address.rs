//! The link to what is shown, kept in the address so that it is never lost.

use crate::app::App;
use crate::browser;
use reactive_graph::traits::Set;
use scenario::{Link, last_second};

/// What stands after `#` for what is shown; empty before anything is open.
pub(crate) fn link(app: &App) -> String {
    let Some(opened) = &app.opened else { return String::new() };
    let link = Link::new(&opened.scenario, opened.seed, app.actions(), app.wanted());
    let outcome = last_second(link.playhead).and_then(|second| app.digest(second));
    Link { outcome, ..link }.encode()
}

/// Put the link into the address, without a new entry in the history.
pub(crate) fn write(app: &App) {
    let link = link(app);
    browser::set_fragment(&link);
    app.state.link.set(link);
}
