//! What can be done to a link.

use super::context::{Panels, panels};
use super::parts::{Act, Slider, region_title};
use engine::{Probability, Span};
use leptos::prelude::*;
use sim::Action;
use sim::faults::{DegradedLink, Direction, FaultKind, Partition, Plane};

fn cut(from: u16, to: u16, direction: Direction) -> Action {
    let partition = Partition { left: vec![from], right: vec![to], direction, plane: Plane::All };
    Action::Start(FaultKind::Partition(partition))
}

/// Buttons for one link.
#[component]
pub(super) fn LinkActions(a: u16, b: u16) -> impl IntoView {
    let Panels { state, .. } = panels();
    let (first, second) = (region_title(state, a), region_title(state, b));
    view! {
        <div class="actions">
            <Act action=cut(a, b, Direction::Both) label="Cut both ways" class="danger"/>
            <Act action=cut(a, b, Direction::LeftToRight) label=format!("Cut {first} to {second}") hint="The other way still works" class="danger"/>
            <Act action=cut(b, a, Direction::LeftToRight) label=format!("Cut {second} to {first}") hint="The other way still works" class="danger"/>
            <Act action=Action::HealLink(a, b) label="Heal"/>
        </div>
        <Degrade a b/>
    }
}

/// A link that delays and loses as much as one likes, both ways.
#[component]
fn Degrade(a: u16, b: u16) -> impl IntoView {
    let (slowness, loss) = (RwSignal::new(3.0), RwSignal::new(5.0));
    let degrade = Signal::derive(move || {
        Action::Start(FaultKind::DegradedLink(DegradedLink {
            from: vec![a],
            to: vec![b],
            one_way: false,
            slowness: slowness.get(),
            extra: Span::from_millis(0),
            loss: Probability::from_f64(loss.get() / 100.0),
            duplication: Probability::from_f64(0.0),
            reordering: Probability::from_f64(0.0),
            bandwidth: None,
        }))
    });
    view! {
        <div class="slider">
            <Slider range=(1.0, 20.0, 0.5) value=slowness text=|times| format!("Delay × {times}")/>
            <Slider range=(0.0, 50.0, 1.0) value=loss text=|percent| format!("Loss {percent} %")/>
            <Act action=degrade label="Degrade"/>
        </div>
    }
}
