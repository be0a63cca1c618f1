//! How a plan is drawn. For about twenty seconds anything may go wrong and anything may be done; then all is healed, users go
//! on, and after some time they go, too.

use crate::drawer::{Drawn, Source, Wish};
use crate::plan::{FAULTS_MAX, Line, Plan, Section, USERS, fault_id};
use crate::typed;
use engine::{Probability, Span, Stream, Time};
use protocol::{Floor, Leadership, Offer, READINGS, Reading, Setup, Shape, Whom};

use protocols::AnyConfig;
use settings::Fields;
use sim::action::ACTS;
use sim::config::{
    BlankLeader, ControlConfig, DEFENCES, DatasetConfig, Defences, LinkConfig, LinkSettings, RequestConfig,
    RoutingConfig,
};
use sim::faults::{FAULTS, FaultLine};
use sim::{Action, FaultName, LoggedAction};

/// Regions of a plan: the first few of these.
const REGIONS: [&str; 5] = ["us-east-1", "eu-west-1", "ap-northeast-1", "sa-east-1", "ap-southeast-2"];
/// When all is healed.
const HEALED: Time = Time::from_secs(22);
/// How long everything may take to work again, beside the times drawn.
const SETTLE: Span = Span::from_secs(30);
/// How long replicas may take to become equal, beside the times drawn.
const TAIL: Span = Span::from_secs(15);
/// No plan is longer, whatever it would take: what takes longer is not waited for.
const SETTLE_MAX: Span = Span::from_secs(150);
const TAIL_MAX: Span = Span::from_secs(200);
/// Links that the retries of all users fill, and how long it takes until what they left there is through: the buffer in front of the
/// narrowest, and once more what was held back for that.
const NARROW: [&str; 2] = ["256kbps", "1Mbps"];
const DRAINS: Span = Span::from_secs(100);
/// Longer than any plan.
const NEVER: Span = Span::from_secs(86_400);
/// What a packet takes from anywhere to anywhere at most, if it is not slowed down.
const WAY: Span = Span::from_millis(400);
const ACTS_MAX: u64 = 4;
const KEYS: u32 = 20;

/// The plan of this number for a protocol. The same number draws the same world around each protocol, but for what disks make of it.
pub fn draw(offer: &Offer<AnyConfig>, seed: u64, number: u64) -> Plan {
    let seed = Stream::named(seed, "plan", number).next_u64();
    let mut shape = Stream::named(seed, "shape", 0);
    let named = &REGIONS[..3 + shape.below(3) as usize];
    let zones = zones(seed);
    let sites = with_zones(named, zones);
    let regions: &[&str] = &sites.iter().map(String::as_str).collect::<Vec<_>>();
    let source = |section, place| Source { seed, section, place, regions, zones };

    let placement: Vec<usize> = (0..regions.len()).collect();
    let typed = typed::draw(seed, offer.info.typed);
    let set = Shape { keys: KEYS, kind: &typed.kind, placement: &placement, first: 0 };
    let wishes = if offer.info.leadership == Leadership::Elected { ELECTIONS } else { DATA };
    let dataset = source("dataset", 0).draw_of(offer.settings, wishes, |fields| Some((offer.read)(fields, set)));
    let places = Places { regions, zones, disks: dataset.value.disk };
    let blank = source("dataset", 1).draw(DatasetConfig::SETTINGS, |fields| Some(BlankLeader::read(fields))).lines;
    let blank = if offer.info.leadership == Leadership::Granted { blank } else { Vec::new() };
    let count = regions.len();
    let control = source("control", 0)
        .draw_of(ControlConfig::SETTINGS, CONTROL, |fields| Some(ControlConfig::read(fields, count)))
        .lines;
    // Nobody is promoted where no leader is appointed.
    let granted = offer.info.leadership == Leadership::Granted;
    let decides = |line: &Line| granted || !DECIDES.contains(&line.key.as_str());
    let control: Vec<Line> = control.into_iter().filter(decides).collect();
    let links = source("links", 0).draw_of(LinkConfig::OF_EVERY, LINKS, |fields| Some(links(fields))).lines;
    let routing = source("routing", 0)
        .draw_of(RoutingConfig::SETTINGS, ROUTING, |fields| Some(RoutingConfig::read(fields, 1)))
        .lines;
    // Nobody can be sent to a leader that there is not.
    let sends = |line: &Line| offer.info.leadership != Leadership::None || line.value != "\"leader\"";
    let routing: Vec<Line> = routing.into_iter().filter(sends).collect();
    let requests = source("request", 0)
        .draw_of(RequestConfig::SETTINGS, REQUEST, |plans| Some(RequestConfig::read(plans, String::new(), &[])))
        .lines;
    let defences =
        source("population", 0).draw_of(&DEFENCES.concat(), DEFENDED, |fields| Some(Defences::read(fields))).lines;
    // Nobody has a key of their own who is nobody, or where there are more people than keys.
    let people = people(seed);
    let own = |line: &Line| line.key == "key" && !people.iter().any(|of| of.key == "users" && of.value.len() == 1);
    let requests: Vec<Line> = requests.into_iter().filter(|line| !own(line)).collect();
    let mut trouble = Trouble::default();
    let faults = faults(seed, places, &mut trouble);
    let (acts, mut planned) = acts(seed, places, faults.len() as u64, &mut trouble);
    planned.retain(|act| has_leader_for(act, offer.info.leadership));

    let works_off = if dataset.narrow { NEVER } else { dataset.longest * 10 };
    let narrow = links.iter().any(|line| NARROW.iter().any(|width| line.value == format!("\"{width}\"")));
    let drains = if narrow { DRAINS } else { Span::ZERO };
    let settle = SETTLE + works_off + drains + trouble.passes_in();
    // Versions that nobody replaces go along with each write of their key, and with each comparison of trees: there and back once more.
    let again = if dataset.value.contexts { drains * 2 } else { Span::ZERO };
    let tail = TAIL + dataset.longest * 8 + drains;
    let quiet = HEALED + settle.min(SETTLE_MAX);
    let mut sections = vec![
        section("story", vec![Line::must("title", format!("\"Plan {number} for {}\"", offer.info.id))]),
        section(
            "run",
            vec![
                Line::must("seed", (seed >> 1).to_string()),
                Line::must("duration", format!("\"{}s\"", (quiet + tail.min(TAIL_MAX) + again).whole_seconds() + 1)),
            ],
        ),
    ];
    sections.extend((0..).zip(named).map(|(place, id)| region(id, if place == 0 { zones } else { 0 })));
    let protocol = [("id", "\"orders\"".to_owned()), ("protocol", format!("\"{}\"", offer.info.id))];
    let size = [("keys", KEYS.to_string()), ("sampled-keys", KEYS.to_string())];
    let shards = shards(seed).map(|shards| ("shards", shards.to_string()));
    let fixed = protocol.into_iter().chain(size).chain(shards).map(|(key, value)| Line::must(key, value));
    // Nobody asks the clocks of clients who does not stamp by them.
    let stamped = dataset.lines.iter().any(|line| line.key == "timestamps" && line.value == "\"client\"");
    let clocks = |id| if stamped { clocks(seed, id) } else { Vec::new() };
    sections.push(section("[dataset]", fixed.chain(typed.lines).chain(dataset.lines).chain(blank).collect()));
    sections.extend(requests_of(&mut shape, &requests, &dataset.value, typed.steps));
    sections
        .extend(USERS.iter().map(|id| users(id, &mut shape, quiet, &[&people[..], &clocks(id), &defences].concat())));
    for (name, lines) in [("control", control), ("links", links), ("routing", routing)] {
        sections.push(section(name, lines));
    }
    sections.extend(faults);
    sections.extend(power_cut(seed, named));
    sections.extend(planned);
    Plan { sections, acts, settle, tail: tail + again }
}

/// What is said of decisions about leaders.
const DECIDES: [&str; 6] = ["failover", "decision", "choose", "promote", "preference", "failback"];

/// Whether what is done by plan has somebody to do it to: nobody is promoted who stands for election. A hand may try anything.
fn has_leader_for(act: &Section, leadership: Leadership) -> bool {
    let is = |kind: &str| act.lines.iter().any(|line| line.key == "kind" && line.value == format!("\"{kind}\""));
    !(is("promote") && leadership != Leadership::Granted || is("hand-over") && leadership == Leadership::None)
}

/// Where things may be: regions and zones, how many of these are zones of the first region, and whether disks there take time.
#[derive(Clone, Copy)]
struct Places<'a> {
    regions: &'a [&'a str],
    zones: u16,
    disks: bool,
}

impl Places<'_> {
    /// The kinds of fault that may be: no zone is lost where there is none, and no disk becomes slow that takes no time.
    fn faults(self) -> Vec<&'static FaultLine> {
        let may_be = |line: &&FaultLine| match line.info.id {
            "zone-loss" => self.zones > 0,
            "slow-disk" => self.disks,
            _ => true,
        };
        FAULTS.iter().filter(may_be).collect()
    }
}

/// In how many shards the data of a plan are: in none in most plans.
fn shards(seed: u64) -> Option<u64> {
    let mut stream = Stream::named(seed, "shards", 0);
    (stream.below(5) == 0).then(|| 2 + stream.below(2))
}

/// Who the users of each place are: strangers in most plans.
fn people(seed: u64) -> Vec<Line> {
    let mut stream = Stream::named(seed, "people", 0);
    if stream.below(3) > 0 {
        return Vec::new();
    }
    let users = [1, 3, 10, 100][stream.below(4) as usize];
    let mut lines =
        vec![Line::must("users", users.to_string()), Line::must("devices", (1 + stream.below(3)).to_string())];
    let session = ["", "\"500ms\"", "\"20s\""][stream.below(3) as usize];
    lines.extend((!session.is_empty()).then(|| Line::must("session", session)));
    lines
}

/// How wrong the clocks of the users of a place are: right in most plans.
fn clocks(seed: u64, place: &str) -> Vec<Line> {
    let mut stream = Stream::named(seed, "clocks of clients", 0);
    if stream.below(3) > 0 {
        return Vec::new();
    }
    let mut stream = Stream::named(seed, place, 0);
    let offset = ["", "\"1h\"", "\"-2s\"", "\"300ms\""][stream.below(4) as usize];
    let error = ["", "\"exponential 1s\"", "\"normal 0ms 20ms\""][stream.below(3) as usize];
    let lines = [("clock-offset", offset), ("clock-error", error)].into_iter().filter(|(_, value)| !value.is_empty());
    lines.map(|(key, value)| Line::must(key, value)).collect()
}

/// How many zones the first region of a plan has: none in most plans.
fn zones(seed: u64) -> u16 {
    let mut stream = Stream::named(seed, "zones", 0);
    if stream.below(4) == 0 { 2 + stream.below(2) as u16 } else { 0 }
}

/// The regions by name, the first as its zones if it has any.
fn with_zones(regions: &[&str], zones: u16) -> Vec<String> {
    let of_first = |zone| format!("{}{}", regions[0], char::from(b'a' + zone as u8));
    let rest = regions.iter().skip(usize::from(zones > 0)).map(|id| (*id).to_owned());
    (0..zones).map(of_first).chain(rest).collect()
}

fn region(id: &str, zones: u16) -> Section {
    let zones = (zones > 0).then(|| Line::must("zones", zones.to_string()));
    section("[region]", [Line::must("id", format!("\"{id}\""))].into_iter().chain(zones).collect())
}

fn section(name: &'static str, lines: Vec<Line>) -> Section {
    Section { name, optional: false, lines }
}

/// How long what goes wrong may be felt after it was healed.
struct Trouble {
    longest: Span,
    slowest: f64,
}

impl Default for Trouble {
    fn default() -> Trouble {
        Trouble { longest: Span::ZERO, slowest: 1.0 }
    }
}

impl Trouble {
    fn add<T>(&mut self, drawn: &Drawn<T>) {
        self.longest = self.longest.max(drawn.longest);
        self.slowest *= drawn.slowest;
    }

    /// Clocks step back, and what was on a slow wire arrives, and others wait for it. Faults add up.
    fn passes_in(&self) -> Span {
        self.longest * 5 + WAY.scale(self.slowest - 1.0)
    }
}

/// Some of the kinds of fault, some of each, all over when everything is healed.
fn faults(seed: u64, places: Places<'_>, trouble: &mut Trouble) -> Vec<Section> {
    let Places { regions, zones, .. } = places;
    let mut stream = Stream::named(seed, "faults", 0);
    let drawn = (0..stream.below(FAULTS_MAX + 1)).map(|place| {
        let line = some_of(&places.faults(), |line| line.info.id, seed, &mut stream);
        let section = format!("fault {}", line.info.id);
        let drawn = Source { seed, section: &section, place, regions, zones }
            .draw(line.info.settings, |fields| (line.read)(fields));
        trouble.add(&drawn);
        let at = 1_000 + stream.below(18_000);
        let lasts = 50 + stream.below(HEALED.as_nanos() / 1_000_000 - at - 50);
        let mut all = vec![
            Line::must("id", format!("\"{}\"", fault_id(place))),
            Line::must("kind", format!("\"{}\"", line.info.id)),
            Line::must("at", format!("\"{at}ms\"")),
            Line::must("for", format!("\"{lasts}ms\"")),
        ];
        all.extend(drawn.lines);
        Section { name: "[fault]", optional: true, lines: all }
    });
    drawn.collect()
}

/// In some plans all regions lose their power at once, and have it back one after the other.
fn power_cut(seed: u64, regions: &[&str]) -> Vec<Section> {
    let mut stream = Stream::named(seed, "power cut", 0);
    if stream.below(6) > 0 {
        return Vec::new();
    }
    let at = 1_000 + stream.below(15_000);
    let mut dark = |region: &str| {
        let lasts = 50 + stream.below(5_000);
        let lines = vec![
            Line::must("id", format!("\"dark-{region}\"")),
            Line::must("kind", "\"region-loss\""),
            Line::must("region", format!("\"{region}\"")),
            Line::must("at", format!("\"{at}ms\"")),
            Line::must("for", format!("\"{lasts}ms\"")),
        ];
        Section { name: "[fault]", optional: true, lines }
    };
    regions.iter().map(|region| dark(region)).collect()
}

/// A line of a catalog, one of those that this plan has.
fn some_of<T>(catalog: &[&'static T], id: fn(&T) -> &str, seed: u64, stream: &mut Stream) -> &'static T {
    let half = Probability::from_f64(0.5);
    let in_plan: Vec<&'static T> =
        catalog.iter().copied().filter(|line| Stream::named(seed, id(line), 0).chance(half)).collect();
    match in_plan.len() {
        0 => catalog[stream.below(catalog.len() as u64) as usize],
        lines => in_plan[stream.below(lines as u64) as usize],
    }
}

/// What a person does, in the order of time, and what is done by plan; in the end everything is healed.
fn acts(seed: u64, places: Places<'_>, faults: u64, trouble: &mut Trouble) -> (Vec<LoggedAction>, Vec<Section>) {
    let mut stream = Stream::named(seed, "acts", 0);
    // Half of all plans are left alone.
    let count = stream.below(2) * stream.below(ACTS_MAX + 1);
    let mut times: Vec<u64> = (0..count).map(|_| 1_000 + stream.below(19_000)).collect();
    times.sort_unstable();
    let (mut acts, mut planned) = (Vec::new(), Vec::new());
    for (place, at) in times.into_iter().enumerate() {
        let (action, lines) = act(seed, place as u64, &mut stream, places, trouble);
        // Faults have a section of their own, and a plan ends only what it has; a hand may try anything.
        let by_hand_only = match &action {
            Action::Start(_) => true,
            Action::EndFault(FaultName::Planned(id)) => (0..faults).all(|place| fault_id(place) != *id),
            _ => false,
        };
        if by_hand_only || stream.below(2) == 0 {
            acts.push(LoggedAction { at: Time::from_millis(at), action });
        } else {
            let mut all = vec![
                Line::must("id", format!("\"act-{place}\"")),
                Line::must("kind", format!("\"{}\"", action.id())),
                Line::must("at", format!("\"{at}ms\"")),
            ];
            all.extend(lines);
            planned.push(Section { name: "[act]", optional: true, lines: all });
        }
    }
    if acts.iter().any(|act| matches!(act.action, Action::Start(_))) {
        acts.push(LoggedAction { at: HEALED, action: Action::HealAll });
    }
    (acts, planned)
}

/// One thing that a person may do, and as lines of a file: begin a fault, or any other.
fn act(seed: u64, place: u64, stream: &mut Stream, places: Places<'_>, trouble: &mut Trouble) -> (Action, Vec<Line>) {
    let Places { regions, zones, .. } = places;
    let source = |section| Source { seed, section, place, regions, zones };
    let drawn = if stream.below(3) == 0 {
        let line = some_of(&places.faults(), |line| line.info.id, seed, stream);
        let drawn = source(&format!("act {}", line.info.id)).draw(line.info.settings, |fields| (line.read)(fields));
        trouble.add(&drawn);
        return (Action::Start(drawn.value), Vec::new());
    } else {
        let line = some_of(&ACTS.iter().collect::<Vec<_>>(), |line| line.id, seed, stream);
        source(&format!("act {}", line.id)).draw(line.settings, |fields| (line.read)(fields))
    };
    trouble.add(&drawn);
    (drawn.value, drawn.lines)
}

/// What users do: change it by one of these steps, and read by one of the rules.
fn requests_of(
    shape: &mut Stream,
    settings: &[Line],
    set: &Setup<AnyConfig>,
    changes: &'static [&'static str],
) -> Vec<Section> {
    let request = |id: &str, steps: &str| {
        let mut lines = vec![Line::must("id", format!("\"{id}\"")), Line::must("steps", steps)];
        lines.extend(settings.iter().cloned());
        // What is written has a size, what is only read has the one that it was written with, and a change its own.
        lines.retain(|line| line.key != "bytes" || steps.contains("write"));
        section("[request]", lines)
    };
    let changes = changes.iter().enumerate();
    let mut all: Vec<Section> = changes
        .clone()
        .map(|(place, change)| request(&format!("change-{place}"), &format!("[\"{change}\"]")))
        .collect();
    // What is asked for must be there just before the next sign of life comes.
    let kept = |within: Option<Span>| within.is_some_and(|within| set.says_every + WAY <= within);
    let served = |reading: &Reading| {
        set.unread.iter().all(|(rule, _)| *rule != reading.rule)
            && (reading.floor != Floor::Age || kept(reading.within))
    };
    let rules: Vec<Reading> = READINGS.into_iter().filter(served).collect();
    let Reading { word, floor, whom, .. } = rules[shape.below(rules.len() as u64) as usize];
    if floor == Floor::Session || whom == Whom::LeaderAfterWrite {
        // A client has written before it reads what it wrote.
        let both = |(place, change)| {
            request(&format!("both-{place}"), &format!("[\"{change}\", \"read orders from {word}\"]"))
        };
        return changes.map(both).collect();
    }
    // To some rules it matters who answered before.
    let again =
        if whom == Whom::TheSame { format!(", \"wait 1s\", \"read orders from {word}\"") } else { String::new() };
    all.push(request("read", &format!("[\"read orders from {word}\"{again}]")));
    all
}

fn users(id: &str, shape: &mut Stream, quiet: Time, defences: &[Line]) -> Section {
    let rate = 1 + shape.below(8);
    let (healed, quiet) = (HEALED.whole_seconds(), quiet.whole_seconds());
    let rate = format!("[[\"0s\", \"{rate}/s\"], [\"{healed}s\", \"1/s\"], [\"{quiet}s\", \"0/s\"]]");
    let mut lines =
        vec![Line::must("id", format!("\"{id}\"")), Line::must("arrival", "\"constant\""), Line::must("rate", rate)];
    lines.extend(defences.iter().cloned());
    Section { name: "[population]", optional: true, lines }
}

/// By their defaults hardly anything would be noticed before it is healed, and people take minutes. A probe is never waited for
/// longer than until the next: each of these intervals is as long as any of the timeouts.
const CONTROL: &[Wish] = &[
    Wish::always("interval", &["1s", "2s", "3s"]),
    Wish::always("timeout", &["600ms", "1s"]),
    Wish::always("decision", &["uniform 1s 5s"]),
    Wish::one_of("threshold", &["1", "2", "3", "4"]),
    Wish::one_of("failover", &["off", "automatic", "automatic", "manual"]),
    Wish::one_of("degraded-above", &["1ms", "100ms", "1s"]),
    Wish::one_of("failback", &["off", "2s", "5s"]),
];

/// Who waits for less than it takes to ask around the world elects nobody.
const ELECTIONS: &[Wish] = &[
    Wish::one_of("heartbeat-interval", &["50ms", "100ms", "400ms"]),
    Wish::one_of("election-timeout", &["1s", "2s", "5s"]),
    // Few entries, so that whoever was away is sent copies.
    Wish::one_of("retain", &["1", "20", "400", "4000"]),
    SYNC,
    GATHERS,
];

/// The narrowest is half full with what users write, and its queue is far longer than a heartbeat.
const LINKS: &[Wish] = &[
    Wish::one_of("bandwidth", &[NARROW[0], NARROW[1], "10Mbps", "100Mbps"]),
    Wish::one_of("buffer", &["500kB", "1MB"]),
    Wish::one_of("loss", &["0.1%", "1%", "3%"]),
    Wish::one_of("duplication", &["1%", "20%"]),
    Wish::one_of("reordering", &["1%", "5%", "50%"]),
    Wish::one_of("local", &["0ms", "2ms"]),
    Wish::one_of("across-zones", &["0ms", "3ms"]),
    Wish::one_of("last-mile", &["0ms", "30ms"]),
];

/// How long links are is read by whoever knows the map.
fn links(fields: &dyn Fields) -> LinkSettings {
    fields.choice("edition", &["2020", "2025-07"]);
    fields.choice("jitter", &["measured", "off"]);
    fields.span("local");
    fields.span("last-mile");
    let settings = LinkSettings::read(fields);
    fields.span("across-zones");
    settings
}

/// Syncs that take a part of what a write takes, or are gathered for longer than one.
const SYNC: Wish = Wish::one_of("disk-sync", &["2ms", "20ms", "exponential 5ms"]);
const GATHERS: Wish = Wish::one_of("sync-delay", &["5ms", "200ms"]);

/// What a coordinator waits for is far shorter than what clients wait for it.
const DATA: &[Wish] = &[
    Wish::one_of("disk-write", &["2ms", "exponential 5ms"]),
    Wish::one_of("disk-read", &["1ms", "exponential 3ms"]),
    Wish::one_of("patience", &["1s", "1500ms"]),
    Wish::one_of("hand-off", &["500ms", "2s"]),
    Wish::one_of("anti-entropy", &["1s", "3s"]),
    Wish::one_of("tombstone-grace", &["500ms", "3s"]),
    Wish::one_of("sloppy", &["200ms", "500ms"]),
    // So that all that waits for people is decided long before the end.
    Wish::always("resolve", &["50ms", "300ms"]),
    Wish::one_of("queue", &["1", "4", "50"]),
    // It may be seen several times that too much is sold.
    Wish::one_of("validate-after", &["100ms", "2s"]),
    Wish::one_of("refuse-after", &["1s", "2s"]),
    SYNC,
    GATHERS,
];

const ROUTING: &[Wish] = &[
    Wish::one_of("ttl", &["0s", "1s", "5s"]),
    Wish::one_of("drain", &["off", "1s", "3s"]),
    Wish::one_of("drain-errors", &["0.5%", "20%"]),
    Wish::one_of("drain-latency", &["50ms", "500ms"]),
];

const REQUEST: &[Wish] = &[
    Wish::one_of("bytes", &["100B", "1kB"]),
    Wish::one_of("timeout", &["500ms", "2s", "5s"]),
    Wish::one_of("attempts", &["2", "3", "4", "5", "6"]),
    Wish::one_of("pause", &["10ms", "100ms", "1s"]),
    Wish::one_of("factor", &["1x", "3x"]),
    Wish::one_of("longest", &["1s", "20s"]),
];

const DEFENDED: &[Wish] =
    &[Wish::one_of("breaker-failures", &["1", "3", "10"]), Wish::one_of("breaker-rest", &["1s", "5s"])];
