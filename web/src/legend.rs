//! What the colours on the map mean.

use view::palette::{CHANNELS, Outcome, channel_title};
use view::{Palette, Theme};

/// Colours as style sheets write them, and what each stands for.
pub fn rows(theme: Theme) -> Vec<(String, String)> {
    let palette = Palette::of(theme);
    let channels =
        CHANNELS.map(|channel| (palette.channel(channel).css(), format!("{} messages", channel_title(channel))));
    let outcomes = Outcome::ALL.map(|outcome| (palette.outcome(outcome).css(), format!("users: {}", outcome.title())));
    channels.into_iter().chain(outcomes).collect()
}
