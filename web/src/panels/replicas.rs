//! The replicas of a region, as its inspector tells of them: their parts, logs, disks and accounts.

use crate::state::State;
use crate::words;
use engine::Span;
use leptos::prelude::*;
use protocol::{Awaited, DiskView, Leadership, NodeView, Role, Version};
use sim::Config;

/// Accounts that are told one by one.
const ACCOUNTS_AT_MOST: usize = 12;

/// The replicas in a region: their roles, logs and streams.
pub(super) fn replicas(state: State, region: u16) -> Vec<AnyView> {
    let snapshot = state.snapshot.get();
    let Some(opened) = state.opened.get() else { return Vec::new() };
    let config = opened.config();
    let slowness = snapshot.regions.get(usize::from(region)).map_or(1.0, |state| state.site.disk_slowness);
    let mut rows = Vec::new();
    for (index, (dataset, settings)) in (0..).zip(snapshot.datasets.iter().zip(&config.datasets)) {
        let Some(replica) = dataset.replicas.iter().find(|replica| replica.region == region) else { continue };
        let Some(replica) = &replica.view else {
            rows.push(
                view! { <h3>{settings.title.clone()}</h3><p class="soft">"The replica has no power."</p> }.into_any(),
            );
            continue;
        };
        let role = match replica.role {
            Role::Leader => "leader",
            Role::Follower => "follower",
            Role::Waiting => "waiting for a leader",
            Role::Peer => "one of equals",
            Role::Candidate => "candidate",
            Role::Witness => "witness, without values",
        };
        let epoch = if settings.leadership == Leadership::Elected { ", term " } else { ", epoch " };
        let streams: Vec<_> = replica
            .streams
            .iter()
            .map(|stream| {
                let lag = format!("{}, {}", words::span(stream.lag), words::counted(stream.lag_entries, "entry", "entries"));
                view! { <div class="fact"><dt>"Lag of " {sim::region_name(config, stream.to.0).to_owned()}</dt><dd>{lag}</dd></div> }
            })
            .collect();
        let answered = snapshot.regions.get(usize::from(region)).and_then(|state| {
            let of = state.answered.iter().find(|of| of.dataset == index)?;
            let (reads, writes) =
                (words::counted(of.reads.into(), "read", "reads"), words::counted(of.writes.into(), "write", "writes"));
            Some(format!("{reads}, {writes}"))
        });
        rows.push(
            view! {
                <h3>{settings.title.clone()}</h3>
                <dl>
                    <div class="fact"><dt>"Answered in 5 s"</dt><dd>{answered.unwrap_or_else(|| "nothing".to_owned())}</dd></div>
                    {if replica.role == Role::Peer { without_log(config, replica) } else { log(replica, role, epoch) }}
                    {(replica.waiting > 0).then(|| view! { <div class="fact"><dt>"Operations waiting"</dt><dd>{replica.waiting}</dd></div> })}
                    {(replica.validating > 0).then(|| view! { <div class="fact"><dt>"Keys oversold, to be cancelled"</dt><dd>{replica.validating}</dd></div> })}
                    {replica.disk.map(|disk| on_disk(disk, slowness))}
                    {accounts(&replica.balances, settings.keys)}
                    {streams}
                </dl>
            }
            .into_any(),
        );
    }
    rows
}

/// What there is to say of a replica's log.
fn log(replica: &NodeView, role: &'static str, epoch: &'static str) -> AnyView {
    view! {
        <div class="fact"><dt>"Role"</dt><dd>{role} {epoch} {replica.epoch.0}</dd></div>
        <div class="fact"><dt>"Log ends at LSN"</dt><dd>{words::count(replica.last.lsn)}</dd></div>
        <div class="fact"><dt>"Applied to LSN"</dt><dd>{words::count(replica.applied)}</dd></div>
    }
    .into_any()
}

/// What there is to say of a replica that has none, since nobody leads.
fn without_log(config: &Config, replica: &NodeView) -> AnyView {
    let by = || format!("given by {}", sim::region_name(config, replica.last.coordinator().0));
    let stamp = if replica.last == Version::NONE { "none yet".to_owned() } else { by() };
    view! {
        <div class="fact"><dt>"Role"</dt><dd>"one of equals"</dd></div>
        <div class="fact"><dt>"Latest stamp"</dt><dd>{stamp}</dd></div>
        <div class="fact"><dt>"Kept for others"</dt><dd>{words::counted(replica.hints.into(), "write", "writes")}</dd></div>
        <div class="fact"><dt>"Tombstones"</dt><dd>{replica.tombstones.to_string()}</dd></div>
    }
    .into_any()
}

/// What a disk that takes time has yet to do, who waits for that, and how long it takes.
fn on_disk(disk: DiskView, slowness: f32) -> AnyView {
    let has = match (disk.synced, disk.pending) {
        (_, 0) => "everything".to_owned(),
        (Some(lsn), _) => format!("up to LSN {}, {} not yet", words::count(lsn), words::count(disk.pending)),
        (None, pending) => format!("all but {}", words::counted(pending, "write", "writes")),
    };
    let waits = match disk.awaited {
        Awaited::Nobody | Awaited::Clients(0) => "nobody".to_owned(),
        Awaited::Clients(writes) => words::counted(writes.into(), "write of a client", "writes of clients"),
        Awaited::Leader => "the leader, for all of its clients".to_owned(),
        Awaited::Enough => "nobody in particular: the first replicas that are enough count".to_owned(),
    };
    let takes = match disk.takes {
        Span::MAX => "infinite".to_owned(),
        takes => words::span(takes),
    };
    let gathers =
        (disk.gathers > Span::ZERO).then(|| format!(", once entries were gathered for {}", words::span(disk.gathers)));
    let slow = (slowness != 1.0).then(|| format!(", now {}", words::factor(slowness.into())));
    let what = if disk.synced.is_some() { "Average sync" } else { "Average write to disk" };
    view! {
        <div class="fact"><dt>"On its disk"</dt><dd>{has}</dd></div>
        <div class="fact"><dt>"Waiting for the disk"</dt><dd>{waits}</dd></div>
        <div class="fact"><dt>{what}</dt><dd class:bad-text=slowness != 1.0>{takes}{gathers}{slow}</dd></div>
    }
    .into_any()
}

/// What is on each account of a ledger, and on all together.
fn accounts(balances: &[i64], ledgers: u32) -> Option<AnyView> {
    let of =
        if ledgers > 1 { format!(" of the first of {} ledgers", words::count(ledgers.into())) } else { String::new() };
    let fact = |name: String, amount: i64| {
        view! { <div class="fact"><dt>{name}</dt><dd class:bad-text=amount < 0>{amount.to_string()}</dd></div> }
    };
    let each = balances.iter().take(ACCOUNTS_AT_MOST).enumerate();
    let mut rows: Vec<_> = each.map(|(place, amount)| fact(format!("Account {}{of}", place + 1), *amount)).collect();
    let all = balances.len();
    rows.push(fact(format!("All {all} accounts{of}"), balances.iter().sum()));
    (all > 0).then(|| rows.into_any())
}
