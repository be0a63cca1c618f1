//! What can be done to a region.

use super::context::{Panels, panels};
use super::parts::{Act, Slider, live};
use crate::words;
use engine::Probability;
use leptos::prelude::*;
use sim::config::ZonedRegion;
use sim::faults::{ClockSkew, FaultKind, Isolation, RegionLoss, SlowDisk, SlowRegion, ZoneLoss};
use sim::{Action, short_title};

/// Buttons and sliders for one region.
#[component]
pub(super) fn RegionActions(region: u16) -> impl IntoView {
    let Panels { state, .. } = panels();
    let zoned = state.opened.with_untracked(|opened| {
        let zoned = &opened.as_ref()?.config().zoned;
        zoned.iter().find(|it| it.zones.contains(&region)).cloned()
    });
    let disks = state
        .opened
        .with_untracked(|opened| opened.as_ref().is_some_and(|opened| opened.stage.planned.disks.contains(&region)));
    let is_zone = zoned.is_some();
    let kill = |disks| match is_zone {
        true => Action::Start(FaultKind::ZoneLoss(ZoneLoss { zone: region, disks })),
        false => Action::Start(FaultKind::RegionLoss(RegionLoss { sites: vec![region], disks })),
    };
    let dark = Memo::new(move |_| {
        state.snapshot.with(|snapshot| snapshot.regions.get(usize::from(region)).is_some_and(|state| !state.site.up))
    });
    let isolate = |users| Action::Start(FaultKind::Isolation(Isolation { sites: vec![region], users }));
    view! {
        <div class="actions">
            <Act action=kill(false) label="Kill" hint="It loses power and keeps its disks" class="danger"/>
            <Act action=kill(true) label="Kill with disks" hint="It loses power and all it stored" class="danger"/>
            <Act action=isolate(false) label="Isolate" hint="No other region can reach it, its users can"/>
            <Act action=isolate(true) label="Isolate from all" hint="Neither regions nor users can reach it"/>
            <Lead region/>
            <Act action=Action::RestoreRegion(region) label="Restore" hint="Put it and its links right; a fault goes on elsewhere"/>
        </div>
        {zoned.map(whole)}
        // Of a region without power its pace and its clock are nobody's concern.
        {live(move || (!dark.get()).then(|| view! { <Slow region disks=false/>{disks.then(|| view! { <Slow region disks=true/> })}<Skew region/> }))}
    }
}

/// Who is to lead: of all that the region holds, and where there are several datasets of the picked one alone.
#[component]
fn Lead(region: u16) -> impl IntoView {
    let Panels { state, .. } = panels();
    let picked = Memo::new(move |_| {
        let (opened, picked) = (state.opened.get()?, state.dataset.get());
        let sets = &opened.config().datasets;
        let id = sets.get(usize::from(picked)).filter(|_| sets.len() > 1)?.id.clone();
        Some((picked..picked + 1, id))
    });
    live(move || {
        let picked = picked.get();
        let one = picked.clone().map(|(of, id)| {
            view! {
                <Act action=Action::Promote(region, Some(of.clone())) label=format!("Promote for {id}") hint="Make it the leader of the data picked above the map"/>
                <Act action=Action::HandOver(region, Some(of)) label=format!("Hand {id} over to") hint="Leadership of the data picked above the map is passed on to it without losing a write"/>
            }
        });
        let (promote, hand_over) =
            if one.is_some() { ("Promote for all", "Hand all over to") } else { ("Promote", "Hand over to") };
        view! {
            {one}
            <Act action=Action::Promote(region, None) label=promote hint="Make it the leader of all it holds whose leader is appointed"/>
            <Act action=Action::HandOver(region, None) label=hand_over hint="Leadership is passed on to it without losing a write"/>
        }
    })
}

/// What can be done to all zones of a region at once.
fn whole(region: ZonedRegion) -> impl IntoView {
    let sites: Vec<u16> = region.zones.clone().collect();
    let kill = |disks| Action::Start(FaultKind::RegionLoss(RegionLoss { sites: sites.clone(), disks }));
    let isolate = Action::Start(FaultKind::Isolation(Isolation { sites: sites.clone(), users: true }));
    let name = short_title(&region.title).to_owned();
    view! {
        <p class="soft">"The whole region, " {name}</p>
        <div class="actions">
            <Act action=kill(false) label="Kill region" hint="The whole region loses power and keeps its disks" class="danger"/>
            <Act action=kill(true) label="Kill region with disks" hint="The whole region loses power and all it stored" class="danger"/>
            <Act action=isolate label="Isolate region from all" hint="Neither other regions nor users can reach the region"/>
        </div>
    }
}

/// What a region does, or its disks alone, takes longer.
#[component]
fn Slow(region: u16, disks: bool) -> impl IntoView {
    let factor = RwSignal::new(if disks { 10.0 } else { 4.0 });
    let slow = Signal::derive(move || {
        let (sites, slowness) = (vec![region], factor.get());
        Action::Start(match disks {
            true => FaultKind::SlowDisk(SlowDisk { sites, slowness }),
            false => FaultKind::SlowRegion(SlowRegion { sites, slowness, errors: Probability::NEVER }),
        })
    });
    let text = if disks {
        |factor| format!("Disks {factor} times as slow")
    } else {
        |factor| format!("Slow it {factor} times")
    };
    view! {
        <div class="slider">
            <Slider
                range=(1.0, if disks { 200.0 } else { 20.0 }, 0.5)
                value=factor
                text
            />
            <Act action=slow label=if disks { "Slow disks" } else { "Slow" }/>
        </div>
    }
}

#[component]
fn Skew(region: u16) -> impl IntoView {
    let millis = RwSignal::new(250.0);
    let text = |offset: f64| {
        let way = if offset < 0.0 { "behind" } else { "ahead" };
        format!("Clock {} {way}", words::seconds(offset.abs() / 1e3))
    };
    let skew = Signal::derive(move || {
        let offset = millis.get() as i64 * 1_000_000;
        Action::Start(FaultKind::ClockSkew(ClockSkew { sites: vec![region], offset, drift_ppm: 0 }))
    });
    view! {
        <div class="slider">
            <Slider range=(-5000.0, 5000.0, 50.0) value=millis text/>
            <Act action=skew label="Skew"/>
        </div>
    }
}
