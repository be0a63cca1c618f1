//! Every colour of the picture, for light and dark. The hues keep apart for readers with any of the three kinds of colour
//! blindness, and everything stands out from the sea and the land; the tests below hold them to both.

use protocol::Channel;
use serde::{Deserialize, Serialize};
use sim::trace::Health;

/// A colour: red, green, blue, opacity, eight bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub u32);

impl Color {
    /// An opaque colour written as 0xRRGGBB.
    pub const fn rgb(rgb: u32) -> Color {
        Color(rgb << 8 | 0xff)
    }

    /// The same colour, `percent` opaque.
    pub const fn fade(self, percent: u32) -> Color {
        Color((self.0 & 0xffff_ff00) | ((self.0 & 0xff) * percent / 100))
    }

    /// Red, green, blue, opacity.
    pub const fn bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    /// As style sheets write it: `#rrggbbaa`.
    pub fn css(self) -> String {
        format!("#{:08x}", self.0)
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// How an operation ended, in the order in which outcomes are stacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Well and quickly.
    Fresh,
    /// With a no: an answer, not a failure.
    Declined,
    /// Well, but late.
    Slow,
    /// With a value older than the latest acknowledged.
    Stale,
    /// Refused or failed.
    Refused,
    /// No answer in time.
    TimedOut,
}

impl Outcome {
    /// All, best first.
    pub const ALL: [Outcome; 6] =
        [Outcome::Fresh, Outcome::Declined, Outcome::Slow, Outcome::Stale, Outcome::Refused, Outcome::TimedOut];

    /// The name a person reads.
    pub const fn title(self) -> &'static str {
        match self {
            Outcome::Fresh => "fresh",
            Outcome::Declined => "declined",
            Outcome::Slow => "slow",
            Outcome::Stale => "stale",
            Outcome::Refused => "refused",
            Outcome::TimedOut => "timed out",
        }
    }

    /// Whether it is a failure.
    pub const fn is_failure(self) -> bool {
        matches!(self, Outcome::Refused | Outcome::TimedOut)
    }

    /// What tells it from the others where colours cannot: the grain of its band.
    pub const fn grain(self) -> Grain {
        match self {
            Outcome::Fresh => Grain::Plain,
            Outcome::Declined => Grain::Upright,
            Outcome::Slow => Grain::Level,
            Outcome::Stale => Grain::Dots,
            Outcome::Refused => Grain::Falling,
            Outcome::TimedOut => Grain::Rising,
        }
    }

    /// And where it is a line: lengths of dash and gap, CSS pixels; unbroken for what ended well.
    pub const fn dash(self) -> Option<(f32, f32)> {
        match self {
            Outcome::Fresh | Outcome::Slow => None,
            Outcome::Declined => Some((9.0, 1.5)),
            Outcome::Stale => Some((1.5, 1.5)),
            Outcome::Refused => Some((5.0, 2.0)),
            Outcome::TimedOut => Some((3.0, 1.5)),
        }
    }
}

/// What an area is filled with besides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Nothing.
    Plain,
    /// Level lines.
    Level,
    /// Upright lines.
    Upright,
    /// Lines that rise to the right.
    Rising,
    /// Lines that fall to the right.
    Falling,
    /// Dots.
    Dots,
    /// Lines that rise and lines that fall.
    Crossed,
}

/// The name a person reads for what a message is for.
pub const fn channel_title(channel: Channel) -> &'static str {
    match channel {
        Channel::Replication => "replication",
        Channel::Acknowledgement => "acknowledgement",
        Channel::Client => "client",
        Channel::Control => "control",
    }
}

/// The channels in the order of their colours and of [`sim::LinkState::rates`].
pub const CHANNELS: [Channel; 4] = [Channel::Replication, Channel::Acknowledgement, Channel::Client, Channel::Control];

/// The colours of a theme.
#[derive(Debug, PartialEq, Eq)]
pub struct Palette {
    /// The sea, and the page.
    pub background: Color,
    /// Land, one step from the sea.
    pub land: Color,
    /// Meridians and parallels; only to be sensed.
    pub graticule: Color,
    /// Links without traffic, tracks, axes.
    pub faint: Color,
    /// Names, numbers, the selection.
    pub ink: Color,
    /// Ids, units, ticks.
    pub muted: Color,
    /// What is written on a disc of a health's colour.
    pub on_health: Color,
    /// The playhead and what is being pointed at.
    pub accent: Color,
    /// What has no power, and severed ends.
    pub dead: Color,
    /// By channel, in the order of [`CHANNELS`].
    pub channels: [Color; 4],
    /// By outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [Color; 6],
    /// Healthy, degraded, unhealthy.
    pub healths: [Color; 3],
    /// A region that is asked for more than it can do, whatever it is judged to be.
    pub overload: Color,
    /// The shores of the sides of a partition.
    pub sides: [Color; 3],
}

static LIGHT: Palette = Palette {
    background: Color::rgb(0xf6_f8_fa),
    land: Color::rgb(0xe7_eb_ef),
    graticule: Color::rgb(0xed_f0_f4),
    faint: Color::rgb(0xb9_c2_cc),
    ink: Color::rgb(0x1b_24_30),
    muted: Color::rgb(0x56_61_6e),
    on_health: Color::rgb(0xff_ff_ff),
    accent: Color::rgb(0x1b_24_30),
    dead: Color::rgb(0x6b_76_82),
    channels: [Color::rgb(0x0b_78_d0), Color::rgb(0x0a_52_38), Color::rgb(0xc0_64_14), Color::rgb(0x84_29_7d)],
    outcomes: [
        Color::rgb(0x1d_8f_63),
        Color::rgb(0x3f_5f_8f),
        Color::rgb(0x96_81_08),
        Color::rgb(0xb1_3c_c4),
        Color::rgb(0xae_2c_30),
        Color::rgb(0x80_0a_3a),
    ],
    healths: [Color::rgb(0x1f_7a_68), Color::rgb(0x8a_6d_00), Color::rgb(0x8a_1c_05)],
    overload: Color::rgb(0x6a_1f_b8),
    sides: [Color::rgb(0x0b_78_d0), Color::rgb(0xc0_64_14), Color::rgb(0x84_29_7d)],
};

static DARK: Palette = Palette {
    background: Color::rgb(0x10_16_1d),
    land: Color::rgb(0x1d_27_31),
    graticule: Color::rgb(0x17_1f_28),
    faint: Color::rgb(0x47_55_63),
    ink: Color::rgb(0xe8_ed_f2),
    muted: Color::rgb(0x9a_a7_b4),
    on_health: Color::rgb(0x0c_12_18),
    accent: Color::rgb(0xe8_ed_f2),
    dead: Color::rgb(0x8b_98_a5),
    channels: [Color::rgb(0x3d_92_f5), Color::rgb(0x8f_f0_cd), Color::rgb(0xfb_be_52), Color::rgb(0xcc_52_9f)],
    outcomes: [
        Color::rgb(0x86_e6_c2),
        Color::rgb(0xa2_b4_d8),
        Color::rgb(0xf2_e0_49),
        Color::rgb(0xb9_5f_d6),
        Color::rgb(0xe0_49_2a),
        Color::rgb(0xcc_52_7a),
    ],
    healths: [Color::rgb(0x8c_eb_d8), Color::rgb(0xfc_cb_20), Color::rgb(0xf0_70_50)],
    overload: Color::rgb(0xb2_8c_ff),
    sides: [Color::rgb(0x3d_92_f5), Color::rgb(0xfb_be_52), Color::rgb(0xcc_52_9f)],
};

impl Palette {
    /// The colours of a theme.
    pub fn of(theme: Theme) -> &'static Palette {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The colour of messages for a purpose.
    pub fn channel(&self, channel: Channel) -> Color {
        self.channels[channel as usize]
    }

    /// The colour of an outcome.
    pub fn outcome(&self, outcome: Outcome) -> Color {
        self.outcomes[outcome as usize]
    }

    /// The colour of a health.
    pub fn health(&self, health: Health) -> Color {
        self.healths[health as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::math;

    /// Red, green, blue as light intensities, 0 to 1 (IEC 61966-2-1).
    fn linear(color: Color) -> [f64; 3] {
        let [red, green, blue, _] = color.bytes();
        [red, green, blue].map(|byte| {
            let value = f64::from(byte) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { math::pow((value + 0.055) / 1.055, 2.4) }
        })
    }

    /// WCAG 2.2, contrast ratio.
    fn contrast(a: Color, b: Color) -> f64 {
        let luminance = |color| {
            let [red, green, blue] = linear(color);
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let (a, b) = (luminance(a), luminance(b));
        a.max(b) / a.min(b)
    }

    /// What readers of normal sight and with deuteranopia, protanopia, tritanopia see: Machado, Oliveira & Fernandes, "A
    /// Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.0.
    const SIGHTS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    /// CIE L*a*b*, white D65.
    fn lab(color: Color, sight: &[[f64; 3]; 3]) -> [f64; 3] {
        let seen = linear(color);
        let [r, g, b] = sight.map(|row| (row[0] * seen[0] + row[1] * seen[1] + row[2] * seen[2]).clamp(0.0, 1.0));
        let curve = |t: f64| if t > 0.008_856 { math::cbrt(t) } else { 7.787 * t + 16.0 / 116.0 };
        let x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47);
        let y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn palettes() -> [(&'static Palette, &'static str); 2] {
        [(&LIGHT, "light"), (&DARK, "dark")]
    }

    #[test]
    fn texts_have_a_contrast_of_four_and_a_half_and_marks_of_three() {
        for (palette, name) in palettes() {
            for ground in [palette.background, palette.land] {
                for text in [palette.ink, palette.muted] {
                    assert!(contrast(text, ground) >= 4.5, "{name}: text {} on {}", text.css(), ground.css());
                }
                let others = [palette.overload, palette.dead, palette.accent];
                let marks = [palette.channels.as_slice(), &palette.outcomes, &palette.healths, &others];
                for &mark in marks.concat().iter() {
                    assert!(contrast(mark, ground) >= 3.0, "{name}: mark {} on {}", mark.css(), ground.css());
                }
            }
            for health in palette.healths.into_iter().chain([palette.overload]) {
                assert!(contrast(palette.on_health, health) >= 4.5, "{name}: letter on {}", health.css());
            }
        }
    }

    #[test]
    fn hues_of_a_group_stay_apart_for_every_kind_of_sight() {
        for (palette, name) in palettes() {
            let discs = [palette.healths.as_slice(), &[palette.overload]].concat();
            let groups = [palette.channels.as_slice(), &palette.outcomes, &discs, &palette.sides];
            for (group, sight) in groups.into_iter().flat_map(|group| SIGHTS.iter().map(move |sight| (group, sight))) {
                for (index, &a) in group.iter().enumerate() {
                    for &b in &group[..index] {
                        let (p, q) = (lab(a, sight), lab(b, sight));
                        let squares: f64 = (0..3).map(|axis| (p[axis] - q[axis]) * (p[axis] - q[axis])).sum();
                        assert!(squares.sqrt() >= 15.0, "{name}: {} and {} look alike", a.css(), b.css());
                    }
                }
            }
        }
    }

    #[test]
    fn what_failed_has_a_colour_and_is_no_grey() {
        for ((palette, name), outcome) in
            palettes().into_iter().flat_map(|it| Outcome::ALL.map(|outcome| (it, outcome)))
        {
            let [red, green, blue, _] = palette.outcome(outcome).bytes();
            let alarming = red > green.saturating_add(64) && red > blue.saturating_add(64);
            assert_eq!(alarming, outcome.is_failure(), "{name}: {}", outcome.title());
        }
    }

    #[test]
    fn a_faded_color_keeps_its_hue() {
        assert_eq!(Color::rgb(0x12_34_56).fade(50), Color(0x12_34_56_7f));
        assert_eq!(Color::rgb(0x12_34_56).css(), "#123456ff");
    }
}
