//! Values of an action as text, in the units of scenario files, such that reading it gives exactly the same value again.

use crate::section::Ids;
use engine::Probability;
use settings::Value;

/// A value as text.
pub(super) fn text(value: &Value, names: Ids<'_>) -> String {
    match value {
        Value::Region(region) => name(*region, names.regions),
        Value::Sites(sites) => {
            let whole = names.zoned.iter().find(|region| region.zones.clone().eq(sites.iter().copied()));
            whole.map_or_else(|| listed(sites, names), |region| region.id.clone())
        }
        Value::Regions(regions) => listed(regions, names),
        Value::Users(users) => name(*users, names.users),
        Value::Datasets(sets) => {
            let whole = names.sharded.iter().find(|dataset| dataset.shards == *sets);
            whole.map_or_else(|| name(sets.start, names.datasets), |dataset| quoted(&dataset.id))
        }
        Value::Name(id) => quoted(id),
        Value::Word(word) => (*word).to_owned(),
        Value::Flag(flag) => flag.to_string(),
        Value::Count(count) => count.to_string(),
        Value::Share(share) => percent(*share),
        Value::Factor(factor) => format!("{factor}x"),
        Value::Span(span) => time(span.as_nanos()),
        Value::SignedNanos(nanos) if *nanos < 0 => format!("-{}", time(nanos.unsigned_abs())),
        Value::SignedNanos(nanos) => time(nanos.unsigned_abs()),
        Value::Drift(ppm) => format!("{ppm}ppm"),
        Value::Bandwidth(bytes) => {
            let bits = u128::from(*bytes) * 8;
            let (unit, of) = *[("Gbps", 1_000_000_000), ("Mbps", 1_000_000), ("kbps", 1000)]
                .iter()
                .find(|(_, of)| bits >= *of)
                .unwrap_or(&("kbps", 1000));
            decimal(bits, of) + unit
        }
    }
}

fn listed(regions: &[u16], names: Ids<'_>) -> String {
    regions.iter().map(|region| name(*region, names.regions)).collect::<Vec<_>>().join(",")
}

/// A time, in the unit that fits.
pub(super) fn time(nanos: u64) -> String {
    let (unit, of) = match nanos {
        0 | 1_000_000_000.. => ("s", 1_000_000_000),
        1_000_000.. => ("ms", 1_000_000),
        1000.. => ("us", 1000),
        _ => ("ns", 1),
    };
    decimal(u128::from(nanos), of) + unit
}

/// `value ÷ of`, a power of ten, to the last digit that is not zero.
fn decimal(value: u128, of: u128) -> String {
    let rest = value % of;
    if rest == 0 {
        return (value / of).to_string();
    }
    let digits = of.ilog10() as usize;
    format!("{}.{}", value / of, format!("{rest:0digits$}").trim_end_matches('0'))
}

/// The shortest of the nearest percentages that is read as this share again.
fn percent(share: Probability) -> String {
    let near = share.as_f64() * 100.0;
    let short = format!("{near:.9}");
    let short = short.trim_end_matches('0').trim_end_matches('.').to_owned();
    let written = [short, near.to_string(), near.next_down().to_string(), near.next_up().to_string()];
    let again = |text: &String| text.parse().is_ok_and(|percent: f64| Probability::from_f64(percent / 100.0) == share);
    written.into_iter().find(again).unwrap_or_else(|| near.to_string()) + "%"
}

/// The id of something, or its number if it has none.
fn name(place: u16, names: &[String]) -> String {
    names.get(usize::from(place)).map_or_else(|| format!("#{place}"), |id| quoted(id))
}

/// An id that would be read as a number or a flag stands in quotes.
fn quoted(id: &str) -> String {
    let misread = id == "true" || id == "false" || id.parse::<i64>().is_ok();
    if misread { format!("\"{id}\"") } else { id.to_owned() }
}
