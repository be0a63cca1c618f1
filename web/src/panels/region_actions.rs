//! What can be done to a region.

use super::context::{Panels, panels};
use super::parts::{Ask, Slider};
use crate::command::Command;
use crate::words;
use engine::Probability;
use leptos::prelude::*;
use sim::Action;
use sim::faults::{ClockSkew, FaultKind, Isolation, RegionLoss, SlowRegion};

fn start(kind: FaultKind) -> Command {
    Command::Act(Action::Start(kind))
}

/// Buttons and sliders for one region.
#[component]
pub(super) fn RegionActions(region: u16) -> impl IntoView {
    let kill = |disks| start(FaultKind::RegionLoss(RegionLoss { region, disks }));
    let isolate = |users| start(FaultKind::Isolation(Isolation { region, users }));
    view! {
        <div class="actions">
            <Ask command=kill(false) label="Kill" hint="It loses power and keeps its disks" class="danger"/>
            <Ask command=kill(true) label="Kill with disks" hint="It loses power and all it stored" class="danger"/>
            <Ask command=isolate(false) label="Isolate" hint="No other region can reach it, its users can"/>
            <Ask command=isolate(true) label="Isolate from all" hint="Neither regions nor users can reach it"/>
            <Ask command=Command::Act(Action::Promote(region)) label="Promote" hint="Make it the leader of all it holds"/>
            <Ask command=Command::Act(Action::RestoreRegion(region)) label="Restore" hint="Put it and its links right; a fault goes on elsewhere"/>
        </div>
        <Slow region/>
        <Skew region/>
    }
}

#[component]
fn Slow(region: u16) -> impl IntoView {
    let Panels { emit, .. } = panels();
    let factor = RwSignal::new(4.0);
    let act = move |_| {
        let slowness = factor.get_untracked();
        emit(start(FaultKind::SlowRegion(SlowRegion { region, slowness, errors: Probability::from_f64(0.0) })));
    };
    view! {
        <div class="slider">
            <Slider range=(1.0, 20.0, 0.5) value=factor text=|factor| format!("Slow it {factor} times")/>
            <button type="button" on:click=act>"Slow"</button>
        </div>
    }
}

#[component]
fn Skew(region: u16) -> impl IntoView {
    let Panels { emit, .. } = panels();
    let millis = RwSignal::new(250.0);
    let text = |offset: f64| {
        let way = if offset < 0.0 { "behind" } else { "ahead" };
        format!("Clock {} {way}", words::seconds(offset.abs() / 1e3))
    };
    let act = move |_| {
        let offset = millis.get_untracked() as i64 * 1_000_000;
        emit(start(FaultKind::ClockSkew(ClockSkew { region, offset, drift_ppm: 0 })));
    };
    view! {
        <div class="slider">
            <Slider range=(-5000.0, 5000.0, 50.0) value=millis text/>
            <button type="button" on:click=act>"Skew"</button>
        </div>
    }
}
