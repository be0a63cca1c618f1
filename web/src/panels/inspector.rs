//! The inspector: what is known about the picked thing at the playhead, and what can be done to it.

use super::circuits::CircuitsOf;
use super::context::{Panels, panels};
use super::link_actions::LinkActions;
use super::parts::{Act, Ask, Jump, fact, live, region_title};
use super::region_actions::RegionActions;
use super::replicas::replicas;
use super::verdicts::Why;
use crate::command::Command;
use crate::state::State;
use crate::words;
use engine::{Span, Time};
use leptos::prelude::*;
use protocol::Channel;
use session::questions::causes::Subject;
use sim::config::{ClocksConfig, PeopleConfig};
use sim::trace::Place;
use sim::{Action, LinkState, PacketState, PopulationState, RegionState, Spared, place_name};
use view::Target;
use view::describe::describe_target;
use view::palette::channel_title;

/// The inspector.
#[component]
pub(super) fn Inspector() -> impl IntoView {
    let Panels { state, .. } = panels();
    live(move || match state.selection.get() {
        None => nothing(state).into_any(),
        Some(Target::Region(region)) => inspect_region(state, region).into_any(),
        Some(Target::Link(a, b)) => inspect_link(state, a, b).into_any(),
        Some(Target::Users(users)) => inspect_users(state, users).into_any(),
        Some(Target::Packet(packet)) => inspect_packet(state, packet).into_any(),
    })
}

fn nothing(state: State) -> impl IntoView {
    let faults = move || {
        let faults = state.snapshot.with(|snapshot| snapshot.faults.clone());
        if faults.is_empty() {
            return view! { <p class="soft">"No fault is in force at the playhead."</p> }.into_any();
        }
        let rows: Vec<_> = faults
            .into_iter()
            .map(|fault| {
                view! {
                    <li>
                        <span>{fault.title}<span class="soft">" since " {words::short_time(fault.since)}</span></span>
                        <Act action=Action::EndFault(fault.name) label="End" hint="End this fault alone"/>
                    </li>
                }
            })
            .collect();
        view! {
            <ul class="faults">{rows}</ul>
            <Act action=Action::HealAll label="Heal everything"/>
        }
        .into_any()
    };
    view! {
        <p class="lead">"Pick a region, a link, a message or a group of users, on the map or in the lists."</p>
        <p class="soft">"What you do takes effect at the playhead. Act on the past and a new branch begins; the old one is kept."</p>
        <h2>"Faults in force"</h2>
        {faults}
    }
}

/// What is picked, a way to let go of it, and its state in a sentence.
fn heading(state: State, target: Target, title: String, kind: &'static str) -> impl IntoView {
    let said = move || {
        let opened = state.opened.get()?;
        let snapshot = state.snapshot.get();
        describe_target(&opened.stage, &snapshot, snapshot.at, target).map(|line| line.state)
    };
    view! {
        <div class="heading">
            <h2 tabindex="-1">{title}</h2>
            <span class="soft">{kind}</span>
            <Ask command=Command::Select(None) label="Close" class="quiet"/>
        </div>
        <p id="said" class:bad-text=move || is_dark(state, target)>{live(move || said().map(|said| words::sentence(&said)))}</p>
    }
}

/// Whether it is a region without power, of which nothing else matters.
fn is_dark(state: State, target: Target) -> bool {
    let Target::Region(region) = target else { return false };
    state.snapshot.with(|snapshot| snapshot.regions.get(usize::from(region)).is_some_and(|state| !state.site.up))
}

fn inspect_region(state: State, region: u16) -> impl IntoView {
    // What has no power is not idle and shows no time.
    let powered = move |read: fn(&RegionState) -> String| {
        move || {
            state.snapshot.with(|snapshot| match snapshot.regions.get(usize::from(region)) {
                Some(state) if state.site.up => read(state),
                state => state.map_or_else(String::new, |_| "no power".to_owned()),
            })
        }
    };
    let (kind, title, id) = state.opened.with(|opened| {
        let Some(config) = opened.as_ref().map(|opened| opened.config()) else { return Default::default() };
        let Some(own) = config.regions.get(usize::from(region)) else { return Default::default() };
        let zoned = config.zoned.iter().find(|it| it.zones.contains(&region));
        let (kind, title) = zoned.map_or(("region", &own.title), |it| ("zone", &it.title));
        (kind, title.clone(), own.id.clone())
    });
    view! {
        {heading(state, Target::Region(region), region_title(state, region), kind)}
        <RegionActions region/>
        <dl>
            {fact("Region", move || title.clone())}
            {fact("Provider id", move || id.clone())}
            {fact("Workers busy", powered(|region| format!("{} of {}", region.service.busy, region.service.workers)))}
            {fact("Waiting", powered(|region| format!("{} of {}", region.service.queue, region.service.queue_limit)))}
            {fact("Utilisation", powered(|region| words::share(f64::from(region.service.utilisation))))}
            {fact("Clock", powered(|region| offset(region.site.clock_offset)))}
        </dl>
        <div>{live(move || replicas(state, region))}</div>
    }
}

fn offset(nanos: i64) -> String {
    match nanos {
        0 => "right".to_owned(),
        ahead if ahead > 0 => format!("{} ahead", words::seconds(ahead as f64 / 1e9)),
        behind => format!("{} behind", words::seconds(-behind as f64 / 1e9)),
    }
}

fn inspect_link(state: State, a: u16, b: u16) -> impl IntoView {
    let (from, to) = (region_title(state, a), region_title(state, b));
    view! {
        {heading(state, Target::Link(a, b), format!("{from} – {to}"), "link")}
        <LinkActions a b/>
        {one_way(state, a, b, format!("{from} to {to}"))}
        {one_way(state, b, a, format!("{to} to {from}"))}
    }
}

fn one_way(state: State, from: u16, to: u16, title: String) -> impl IntoView {
    let of = move |read: fn(&LinkState) -> String| {
        move || {
            state.snapshot.with(|snapshot| {
                let link = snapshot.links.iter().find(|link| (link.from, link.to) == (from, to));
                link.map_or_else(String::new, read)
            })
        }
    };
    view! {
        <h3>{title}</h3>
        <dl>
            {fact("Delay", of(|link| {
                let source = if link.estimated { ", estimated from distance" } else { ", measured" };
                words::span(link.one_way) + source
            }))}
            {fact("Replication", of(|link| rate(link, Channel::Replication)))}
            {fact("Acknowledgements", of(|link| rate(link, Channel::Acknowledgement)))}
            {fact("Clients", of(|link| rate(link, Channel::Client)))}
            {fact("Control", of(|link| rate(link, Channel::Control)))}
            {fact("Backlog", of(|link| words::span(link.backlog)))}
        </dl>
    }
}

fn rate(link: &LinkState, channel: Channel) -> String {
    let rate = link.rates[channel as usize];
    format!("{}/s, {}/s", words::count(u64::from(rate.packets)), words::bytes(rate.bytes as f64))
}

fn inspect_users(state: State, users: u16) -> impl IntoView {
    let of = move |read: fn(&PopulationState) -> String| {
        move || {
            state.snapshot.with(|snapshot| snapshot.populations.get(usize::from(users)).map_or_else(String::new, read))
        }
    };
    let opened = state.opened.get_untracked();
    let settings = opened.as_ref().and_then(|opened| opened.config().populations.get(usize::from(users)));
    let title = settings.map_or_else(String::new, |users| users.title.clone());
    let stands_for = settings.map_or(1, |users| users.stands_for);
    let comes_back = state.snapshot.with_untracked(|snapshot| {
        snapshot.populations.get(usize::from(users)).is_some_and(|users| users.clients.busy.is_some())
    });
    let region = move || {
        let region = state
            .snapshot
            .with(|snapshot| snapshot.populations.get(usize::from(users)).and_then(|users| users.endings.region));
        region.map_or_else(|| "none in the last 5 s".to_owned(), |region| region_title(state, region))
    };
    let who = settings.and_then(|users| users.people).map_or_else(|| "strangers".to_owned(), people);
    let stamps = opened.as_ref().is_some_and(|opened| opened.config().datasets.iter().any(|set| set.client_stamps));
    let clocks = settings.filter(|_| stamps).map(|users| clocks(&users.clocks));
    let guarded = settings.is_some_and(|users| users.defences.breaker.is_some());
    let circuits = move || spared(state, users, guarded);
    view! {
        {heading(state, Target::Users(users), title, "users")}
        <dl>
            {fact("Who", move || who.clone())}
            {fact("One stands for", move || words::counted(u64::from(stands_for), "user", "users"))}
            {clocks.map(|clocks| fact("Clocks, which stamp writes", move || clocks.clone()))}
            {fact("Requests go mostly to", region)}
            {fact("Under way", of(|users| users.clients.under_way.to_string()))}
            {comes_back.then(|| fact("Waiting for an answer", of(|users| {
                words::counted(u64::from(users.clients.busy.unwrap_or(0)), "person", "people")
            })))}
        </dl>
        {circuits}
        {guarded.then(|| view! { <CircuitsOf users/> })}
        <h3>"Last five seconds"</h3>
        <dl>
            {fact("Fresh", of(|users| users.endings.fresh.to_string()))}
            {fact("Declined", of(|users| users.endings.declined.to_string()))}
            {fact("Slow", of(|users| users.endings.slow.to_string()))}
            {fact("Stale", of(|users| users.endings.stale.to_string()))}
            {fact("Refused", of(|users| users.endings.refused.to_string()))}
            {fact("Timed out", of(|users| users.endings.timed_out.to_string()))}
            {fact("Waiting for more than 5 s", of(|users| users.endings.waiting.to_string()))}
        </dl>
    }
}

/// Who comes back: how many people, on how many devices each.
fn people(of: PeopleConfig) -> String {
    let devices = if of.devices > 1 { format!(" with {} devices each", of.devices) } else { String::new() };
    let session =
        of.session.map_or_else(String::new, |lasts| format!(", known for {} after a request", words::span(lasts)));
    words::counted(u64::from(of.users), "person", "people") + &devices + &session
}

/// How wrong the clocks of a population's devices are.
fn clocks(of: &ClocksConfig) -> String {
    let each = of.error.as_ref().map(|error| match error.mean() {
        Some(mean) => format!("each off by {} besides on average, ahead or behind", words::seconds(mean / 1e9)),
        None => "each off by more or less besides, ahead or behind".to_owned(),
    });
    match (of.offset, each) {
        (all, None) => offset(all),
        (0, Some(each)) => each,
        (all, Some(each)) => format!("all {}, and {each}", offset(all)),
    }
}

/// The regions that the clients of a population spare, and since when.
fn spared(state: State, users: u16, guarded: bool) -> AnyView {
    let spared = state.snapshot.with(|snapshot| {
        snapshot.populations.get(usize::from(users)).map_or_else(Vec::new, |users| users.clients.spared.clone())
    });
    if spared.is_empty() {
        let none = if guarded { "Every circuit is closed." } else { "Its clients have no circuit breakers." };
        return view! { <p class="soft" id="circuit">{none}</p> }.into_any();
    }
    let row = |open: Spared| {
        let name = format!("Circuit to {}", region_title(state, open.region));
        view! { <div class="fact"><dt>{name}</dt><dd><span class="bad-text">"open"</span>" since "<Jump at=open.since/></dd></div> }
    };
    view! { <dl id="circuit">{spared.into_iter().map(row).collect::<Vec<_>>()}</dl> }.into_any()
}

/// A place of the open scenario.
fn place_title(state: State, place: Place) -> String {
    state.opened.with(|opened| opened.as_ref().map_or_else(String::new, |opened| place_name(opened.config(), place)))
}

fn inspect_packet(state: State, number: u64) -> impl IntoView {
    let found = Memo::new(move |_| {
        state.snapshot.with(|snapshot| snapshot.packets.iter().find(|packet| packet.packet == number).copied())
    });
    view! {
        {heading(state, Target::Packet(number), format!("Message {number}"), "under way")}
        {live(move || match found.get() {
            Some(packet) => packet_facts(state, packet).into_any(),
            None => view! { <p class="soft">"It is not under way at the playhead: it has arrived or was lost."</p> }.into_any(),
        })}
    }
}

fn packet_facts(state: State, packet: PacketState) -> impl IntoView {
    let delay = |by| Action::DelayPacket(packet.name(), by);
    view! {
        <dl>
            {fact("For", move || channel_title(packet.channel).to_owned())}
            {fact("From", move || place_title(state, packet.from))}
            {fact("To", move || place_title(state, packet.to))}
            {fact("Sent", move || words::time(packet.sent))}
            {fact("Due", move || words::time(packet.due))}
            {fact("Takes", move || words::span(since(packet.sent, packet.due)))}
        </dl>
        <div class="actions">
            <Act action=Action::DropPacket(packet.name()) label="Drop" class="danger"/>
            <Act action=delay(Span::from_millis(200)) label="Delay 200 ms"/>
            <Act action=delay(Span::from_secs(2)) label="Delay 2 s"/>
        </div>
        {packet.subject.map(|operation| view! { <Why subject=Subject::Operation(operation) at=packet.sent of="What it was sent for"/> })}
    }
}

fn since(from: Time, to: Time) -> Span {
    to.since(from)
}
