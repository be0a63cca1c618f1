//! What can be done to a link.

use super::context::{Panels, panels};
use super::parts::{Ask, Slider, region_title};
use crate::command::Command;
use engine::{Probability, Span};
use leptos::prelude::*;
use sim::Action;
use sim::faults::{DegradedLink, Direction, FaultKind, Partition, Plane};

fn cut(from: u16, to: u16, direction: Direction) -> Command {
    let partition = Partition { left: vec![from], right: vec![to], direction, plane: Plane::All };
    Command::Act(Action::Start(FaultKind::Partition(partition)))
}

/// Buttons for one link.
#[component]
pub(super) fn LinkActions(a: u16, b: u16) -> impl IntoView {
    let Panels { state, .. } = panels();
    let (first, second) = (region_title(state, a), region_title(state, b));
    view! {
        <div class="actions">
            <Ask command=cut(a, b, Direction::Both) label="Cut both ways" class="danger"/>
            <Ask command=cut(a, b, Direction::LeftToRight) label=format!("Cut {first} to {second}") hint="The other way still works" class="danger"/>
            <Ask command=cut(b, a, Direction::LeftToRight) label=format!("Cut {second} to {first}") hint="The other way still works" class="danger"/>
            <Ask command=Command::Act(Action::HealLink(a, b)) label="Heal"/>
        </div>
        <Degrade a b/>
    }
}

/// A link that delays and loses as much as one likes, both ways.
#[component]
fn Degrade(a: u16, b: u16) -> impl IntoView {
    let Panels { emit, .. } = panels();
    let (slowness, loss) = (RwSignal::new(3.0), RwSignal::new(5.0));
    let act = move |_| {
        emit(Command::Act(Action::Start(FaultKind::DegradedLink(DegradedLink {
            from: a,
            to: b,
            one_way: false,
            slowness: slowness.get_untracked(),
            extra: Span::from_millis(0),
            loss: Probability::from_f64(loss.get_untracked() / 100.0),
            duplication: Probability::from_f64(0.0),
            reordering: Probability::from_f64(0.0),
            bandwidth: None,
        }))));
    };
    view! {
        <div class="slider">
            <Slider range=(1.0, 20.0, 0.5) value=slowness text=|times| format!("Delay × {times}")/>
            <Slider range=(0.0, 50.0, 1.0) value=loss text=|percent| format!("Loss {percent} %")/>
            <button type="button" on:click=act>"Degrade"</button>
        </div>
    }
}
