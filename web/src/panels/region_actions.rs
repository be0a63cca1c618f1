//! What can be done to a region.

use super::parts::Ask;
use super::{Panels, panels};
use crate::command::Command;
use crate::words;
use engine::Probability;
use leptos::prelude::*;
use sim::Action;
use sim::fault::{ClockSkew, FaultKind, Isolation, RegionLoss, SlowRegion};

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
            <label>
                <span>"Slow it " {move || format!("{} times", factor.get())}</span>
                <input
                    type="range"
                    min="1"
                    max="20"
                    step="0.5"
                    prop:value="4"
                    on:input=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            factor.set(value);
                        }
                    }
                />
            </label>
            <button type="button" on:click=act>"Slow"</button>
        </div>
    }
}

#[component]
fn Skew(region: u16) -> impl IntoView {
    let Panels { emit, .. } = panels();
    let millis = RwSignal::new(250_i64);
    let text = move || {
        let offset = millis.get();
        let way = if offset < 0 { "behind" } else { "ahead" };
        format!("{} {way}", words::seconds(offset.unsigned_abs() as f64 / 1e3))
    };
    let act = move |_| {
        let offset = millis.get_untracked() * 1_000_000;
        emit(start(FaultKind::ClockSkew(ClockSkew { region, offset, drift_ppm: 0 })));
    };
    view! {
        <div class="slider">
            <label>
                <span>"Clock " {text}</span>
                <input
                    type="range"
                    min="-5000"
                    max="5000"
                    step="50"
                    prop:value="250"
                    on:input=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            millis.set(value);
                        }
                    }
                />
            </label>
            <button type="button" on:click=act>"Skew"</button>
        </div>
    }
}
