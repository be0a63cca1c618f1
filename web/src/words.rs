//! Numbers and actions as a person reads them: units always, figures that line up.

use crate::state::Opened;
use engine::{Span, Time};
use js_sys::JsString;
use session::messages::{Beside, BranchLine};
use sim::metrics::{NOT_BY_THE_END, Unit};
use sim::{Action, Config, FaultName, LoggedAction, PacketName, PacketWay, place_name, region_name, sites_name};
use sim::{datasets_name, decimals, duration, duration_unit, figures};

/// A moment of the run, to the millisecond: `1:05.250`, `13:24:12.714`.
pub fn time(at: Time) -> String {
    sim::moment(at)
}

/// A moment of the run, to the tenth of a second: `1:05.2`.
pub fn short_time(at: Time) -> String {
    at.clock(1)
}

/// A stretch of time in the unit that fits it: `820 µs`, `80.3 ms`, `4.20 s`, `12 min 5 s`.
pub fn span(span: Span) -> String {
    seconds(span.as_secs_f64())
}

/// Seconds in the unit that fits them.
pub fn seconds(seconds: f64) -> String {
    duration(seconds)
}

const TENS: [f64; 6] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5];

/// A measure beside the number it is held against: with as many figures as tell on which side of it it is.
pub fn held_against(value: f64, bound: f64, unit: Unit) -> String {
    let (times, name) = duration_unit(value.abs());
    let (value_in, bound_in) = (value * times, bound * times);
    let rounded = |decimals: usize| (value_in * TENS[decimals]).round() / TENS[decimals];
    let tells = |decimals: &usize| rounded(*decimals).total_cmp(&bound_in) == value_in.total_cmp(&bound_in);
    let usual = decimals(value_in);
    match (usual..TENS.len()).find(tells) {
        Some(more) if unit == Unit::Seconds && more > usual && value.abs() < 120.0 => {
            format!("{value_in:.more$} {name}")
        }
        _ => measure(value, unit),
    }
}

/// Bytes in the unit that fits them.
pub fn bytes(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes;
    let mut unit = 0;
    while value.abs() >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{} {}", figures(value), UNITS[unit])
}

/// A whole number; five and more digits with thin spaces between groups of three.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() + digits.len());
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{2009}');
        }
        grouped.push(digit);
    }
    grouped
}

/// So many of something: `1 entry`, `12 345 entries`.
pub fn counted(many: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(many), if many == 1 { one } else { several })
}

/// A share as per cent, with as many decimals as tell it from nothing or all.
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    let from_edge = percent.min(100.0 - percent).abs();
    let decimals = if percent == percent.trunc() {
        0
    } else if from_edge < 0.1 {
        3
    } else {
        1
    };
    format!("{percent:.decimals$} %")
}

/// A measure in its unit.
pub fn measure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count | Unit::Signed if value >= 0.0 && value == value.trunc() => count(value as u64),
        Unit::Signed if value == value.trunc() => format!("−{}", count(-value as u64)),
        Unit::Count | Unit::Signed => figures(value),
        Unit::Seconds if value.is_infinite() => NOT_BY_THE_END.to_owned(),
        Unit::Seconds => seconds(value),
        Unit::Share => share(value),
        Unit::Bytes => bytes(value),
    }
}

/// Shares that differ by less count as almost the same: half of what is shown of per cents.
const ALMOST: f64 = 0.000_05;

/// What one measure has more (+) or less (−) than another; nothing where one of the two had not come by the end.
pub fn difference(here: f64, there: f64, unit: Unit) -> String {
    let sign = if there < here { "−" } else { "+" };
    let size = (there - here).abs();
    match unit {
        _ if here == there => "same".to_owned(),
        _ if !size.is_finite() => String::new(),
        Unit::Share if size < ALMOST => "almost the same".to_owned(),
        Unit::Share => match figures(size * 100.0).as_str() {
            "1" => format!("{sign}1 point"),
            points => format!("{sign}{points} points"),
        },
        unit => format!("{sign}{}", measure(size, unit)),
    }
}

/// With a capital, as a sentence begins.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| capitals(first.encode_utf8(&mut [0; 4])) + letters.as_str())
}

/// In capitals. What is not of the Latin alphabet the browser tells: tables of all letters would be a hundredth of what the page loads.
fn capitals(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { JsString::from(text).to_upper_case().into() }
}

/// In small letters.
pub fn small_letters(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { JsString::from(text).to_lower_case().into() }
}

/// Speed in simulated time per second.
pub fn speed(speed: f64) -> String {
    if speed >= 1.0 {
        format!("{} s per second", figures(speed))
    } else {
        format!("{} ms per second", figures(speed * 1000.0))
    }
}

/// Speed as a factor: `0.25×`, `1×`, `60×`.
pub fn factor(speed: f64) -> String {
    format!("{}×", figures(speed))
}

/// A message as an action calls it.
fn message(config: &Config, packet: &PacketName) -> String {
    let Some(PacketWay { from, to, .. }) = packet.way else { return format!("message {}", packet.number) };
    format!("a message from {} to {}", place_name(config, from), place_name(config, to))
}

/// What somebody did, as a title.
pub fn action(config: &Config, action: &Action) -> String {
    let name = |index: u16| region_name(config, index);
    match action {
        Action::Start(kind) => kind.words(&|sites| sites_name(config, sites)),
        Action::RestoreRegion(index) => format!("restore {}", name(*index)),
        Action::HealLink(a, b) => format!("heal {} – {}", name(*a), name(*b)),
        Action::HealAll => "heal everything".to_owned(),
        Action::Promote(index, None) => format!("promote {}", name(*index)),
        Action::Promote(index, Some(of)) => format!("promote {} for {}", name(*index), datasets_name(config, of)),
        Action::HandOver(index, None) => format!("hand over to {}", name(*index)),
        Action::HandOver(index, Some(of)) => format!("hand {} over to {}", datasets_name(config, of), name(*index)),
        Action::DropPacket(packet) => format!("drop {}", message(config, packet)),
        Action::DelayPacket(packet, by) => format!("delay {} by {}", message(config, packet), span(*by)),
        Action::EndFault(FaultName::Planned(id)) => format!("end the fault {id}"),
        Action::EndFault(FaultName::Begun(_) | FaultName::ByHand(_)) => "end one fault".to_owned(),
    }
}

/// So many of the acts of a branch are told, the last ones.
const ACTS_TOLD: usize = 3;

/// A branch by what was done in it and when, so that it is told from every other.
pub fn branch(config: &Config, number: u32, acts: &[LoggedAction]) -> String {
    match number {
        0 if acts.is_empty() => sentence(&deeds(config, acts)),
        _ => format!("{number}: {}", deeds(config, acts)),
    }
}

/// What was done and when, the last acts one by one.
fn deeds(config: &Config, acts: &[LoggedAction]) -> String {
    let (earlier, last) = acts.split_at(acts.len().saturating_sub(ACTS_TOLD));
    let told = last.iter().map(|act| format!("{} {}", short_time(act.at), action(config, &act.action)));
    let told = told.collect::<Vec<_>>().join(", ");
    match earlier.len() {
        _ if acts.is_empty() => "as planned".to_owned(),
        0 => told,
        1 => format!("1 act, then {told}"),
        more => format!("{more} acts, then {told}"),
    }
}

/// The open run and the one beside it, by what tells them apart: the variant, or what was done.
pub fn side_by_side(opened: &Opened, branches: &[BranchLine], branch: u32, beside: &Beside) -> [String; 2] {
    let acts = |number: u32| branches.get(number as usize).map_or(&[][..], |branch| &branch.actions);
    let done = |number: u32| deeds(opened.config(), acts(number));
    let variant = |id: &Option<String>| opened.variant_title(id.as_deref()).to_owned();
    match beside.branch {
        None => [variant(&opened.scenario.variant), variant(&beside.variant)],
        Some(there) => [branch, there].map(|number| sentence(&done(number))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::faults::{FaultKind, RegionLoss};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn times_carry_minutes_and_milliseconds() {
        assert_eq!(time(Time::from_millis(65_250)), "1:05.250");
        assert_eq!(short_time(Time::from_millis(65_249)), "1:05.2");
        assert_eq!(time(Time::from_millis(48_252_714)), "13:24:12.714");
    }

    #[wasm_bindgen_test]
    fn letters_of_any_alphabet_have_their_capitals() {
        assert_eq!(["", "a way", "élan", "ßa", "7 a"].map(sentence), ["", "A way", "Élan", "SSa", "7 a"]);
        assert_eq!(small_letters("São PAULO, ÇA"), "são paulo, ça");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn spans_choose_their_unit() {
        for (value, text) in [
            (0.00082, "820 µs"),
            (0.0803, "80.3 ms"),
            (4.2, "4.2 s"),
            (725.0, "12 min 5 s"),
            (179.7, "3 min 0 s"),
            (-0.25, "-250 ms"),
            (0.0, "0 s"),
        ] {
            assert_eq!(seconds(value), text);
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_held_against_a_number_is_told_apart_from_it() {
        for (value, bound, text) in [
            (0.23134, 0.2313, "231.34 ms"),
            (0.23134, 0.2, "231 ms"),
            (0.2313, 0.2313, "231.3 ms"),
            (4.9996, 5.0, "4.9996 s"),
            (f64::INFINITY, 60.0, "not by the end"),
        ] {
            assert_eq!(held_against(value, bound, Unit::Seconds), text);
        }
        assert_eq!(held_against(0.4, 0.5, Unit::Share), "40 %");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_had_not_come_by_the_end_is_no_number_and_differs_by_none() {
        let never = f64::INFINITY;
        assert_eq!(measure(never, Unit::Seconds), "not by the end");
        for (here, there, text) in
            [(never, never, "same"), (never, 20.1, ""), (20.1, never, ""), (20.1, 18.0, "−2.1 s")]
        {
            assert_eq!(difference(here, there, Unit::Seconds), text);
        }
        for (there, text) in
            [(0.500_01, "almost the same"), (0.499_99, "almost the same"), (0.51, "+1 point"), (0.52, "+2 points")]
        {
            assert_eq!(difference(0.5, there, Unit::Share), text);
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn shares_close_to_all_keep_their_decimals() {
        for (value, text) in [(1.0, "100 %"), (0.99964, "99.964 %"), (0.873, "87.3 %"), (0.0, "0 %")] {
            assert_eq!(share(value), text);
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn branches_are_told_apart_by_all_that_was_done_in_them() {
        let config = scenario::load(scenario::built_in()[0].text(), None, None).map(|scenario| scenario.config);
        let config = config.unwrap_or_else(|problems| panic!("{problems:?}"));
        let act = |millis, action| LoggedAction { at: Time::from_millis(millis), action };
        let kill = act(15_000, Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![0], disks: false })));
        let promote = act(15_000, Action::Promote(1, None));
        assert_eq!(branch(&config, 0, &[]), "As planned");
        assert_eq!(branch(&config, 1, std::slice::from_ref(&kill)), "1: 0:15.0 N. Virginia lost");
        let both = [kill.clone(), promote.clone()];
        assert_eq!(branch(&config, 2, &both), "2: 0:15.0 N. Virginia lost, 0:15.0 promote Ireland");
        let many = [kill.clone(), kill, promote.clone(), promote.clone(), promote];
        assert!(branch(&config, 3, &many).starts_with("3: 2 acts, then 0:15.0 promote Ireland, "));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn counts_are_grouped() {
        assert_eq!(count(1_234_567), "1\u{2009}234\u{2009}567");
        assert_eq!(count(4321), "4321");
    }
}
