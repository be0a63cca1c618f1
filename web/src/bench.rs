//! The page measures itself: `window.meridian.bench()`. It takes the page over for a while and leaves it with the default
//! scenario.

use crate::app::{self, DEFAULT};
use crate::browser::value;
use crate::command::Command;
use crate::picture::{MapPicture, TimelinePicture};
use crate::worker::wire::{decode, encode};
use crate::{browser, waking};
use engine::{Span, Time};
use protocol::{Channel, Epoch, NodeId, NodeView, Role, StreamView, Version};
use scenario::FIRST_TEXT;
use serde::Serialize;
use session::messages::ToWorker;
use sim::trace::{Health, Place};
use sim::{
    ClientsState, DatasetState, Endings, Judgement, LinkState, Losses, PacketState, PopulationState, Rate, RegionState,
    ReplicaState, ServiceState, SiteState, Snapshot,
};
use std::sync::Arc;
use view::{Stage, StageDataset, StagePopulation, StageRegion};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Regions and messages of the synthetic state.
const REGIONS: u16 = 12;
const MESSAGES: u64 = 2_000;

/// Frames and seeks measured.
const FRAMES: u64 = 240;
const FRAMES_A_SECOND: u64 = 60;
const SEEKS: u64 = 40;

/// Patience with a run, frames of waiting.
const WAITS_AT_MOST: u32 = 20_000;

#[derive(Serialize)]
struct Measured {
    first_frame_ms: f64,
    frame_median_ms: f64,
    frame_p99_ms: f64,
    seek_median_ms: f64,
    seek_longest_ms: f64,
    worker_memory_bytes: f64,
    ten_minutes_computed_ms: f64,
    ten_minutes_events: f64,
}

/// All measurements, as a promise.
pub(crate) fn promise() -> js_sys::Promise {
    future_to_promise(async { measure().await.map(|measured| value(&measured)).map_err(JsValue::from) })
}

async fn measure() -> Result<Measured, &'static str> {
    let first = app::with(|app| app.frames.first_useful).flatten().ok_or("nothing has been painted yet")?;
    app::with(|app| app.transport.playing = false);
    let begun = browser::now();
    app::dispatch(Command::OpenText(ten_minutes()?));
    wait(|| app::with(|app| app.course.finished).unwrap_or(false)).await?;
    let computed = browser::now() - begun;
    let course = app::with(|app| app.course.clone()).ok_or("the page is busy")?;
    if course.computed < Time::from_secs(600) {
        return Err("the run that was to be ten minutes long is not");
    }
    let frames = frames_ms().await?;
    let seeks = seeks_ms().await?;
    app::with(|app| {
        app.memory = None;
        app.send(ToWorker::Memory);
    });
    wait(|| app::with(|app| app.memory.is_some()).unwrap_or(false)).await?;
    let memory = app::with(|app| app.memory).flatten().ok_or("the worker did not say how much memory it holds")?;
    app::dispatch(Command::OpenBuiltIn(DEFAULT.to_owned()));
    Ok(Measured {
        first_frame_ms: first - waking::loaded_at(),
        frame_median_ms: quantile(&frames, 0.5),
        frame_p99_ms: quantile(&frames, 0.99),
        seek_median_ms: quantile(&seeks, 0.5),
        seek_longest_ms: quantile(&seeks, 1.0),
        worker_memory_bytes: memory as f64,
        ten_minutes_computed_ms: computed,
        ten_minutes_events: course.events as f64,
    })
}

/// The default scenario, ten minutes long: its first line that sets a duration is that of the run.
fn ten_minutes() -> Result<String, &'static str> {
    let sets_duration = |line: &&str| line.split('=').next().is_some_and(|key| key.trim() == "duration");
    let line = FIRST_TEXT.lines().find(sets_duration).ok_or("the default scenario sets no duration")?;
    Ok(FIRST_TEXT.replacen(line, "duration = \"10m\"", 1))
}

/// Frames of a run with the synthetic state, as they are while it plays: each decodes a state, paints both pictures, and lets
/// the panels follow; each second rates change and the charts grow. The pixels are fetched, so that all painting is in.
async fn frames_ms() -> Result<Vec<f64>, &'static str> {
    let states = [encode(&synthetic_snapshot(40)), encode(&synthetic_snapshot(90))];
    let opened = app::with(|app| {
        let stage = std::mem::replace(&mut app.stage, synthetic_stage());
        if let Some(map) = &mut app.map {
            map.set_stage(app.stage.clone());
        }
        (stage, Arc::clone(&app.snapshot), app.transport.playhead)
    });
    let (stage, snapshot, playhead) = opened.ok_or("the page is busy")?;
    let mut times = Vec::new();
    for frame in 0..FRAMES {
        let second = frame / FRAMES_A_SECOND;
        let begun = browser::now();
        let decoded = decode::<Snapshot>(&states[second as usize % states.len()]).ok_or("a state does not decode")?;
        app::with(|app| {
            app.transport.playing = true;
            app.transport.playhead = decoded.at + Span::from_millis(frame % FRAMES_A_SECOND * 16);
            app.snapshot = Arc::new(decoded);
            if frame % FRAMES_A_SECOND == 0 {
                app.refresh_timeline();
            }
            app.paint();
            app.tell(begun);
        });
        // What the panels show is brought up to date once the task at hand is over.
        JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.map_err(|_| "a promise that is kept was not")?;
        app::with(|app| {
            app.map.iter().for_each(MapPicture::flush);
            app.timeline.iter().for_each(TimelinePicture::flush);
        });
        times.push(browser::now() - begun);
    }
    app::with(|app| {
        app.stage = stage;
        app.snapshot = snapshot;
        app.transport.playing = false;
        app.transport.playhead = playhead;
        if let Some(map) = &mut app.map {
            map.set_stage(app.stage.clone());
        }
    });
    Ok(times)
}

/// Seek all over the run; each ends when the state is here and painted.
async fn seeks_ms() -> Result<Vec<f64>, &'static str> {
    let until = app::with(|app| app.course.computed).ok_or("the page is busy")?;
    let mut times = Vec::new();
    for seek in 0..SEEKS {
        // Steps of the golden section visit the run evenly and never in order.
        let share = (seek as f64 * 0.618_033_988_75) % 1.0;
        let at = Time::from_nanos((until.as_nanos() as f64 * share) as u64);
        let begun = browser::now();
        app::dispatch(Command::Seek(at));
        app::with(|app| app.ask());
        wait(|| app::with(|app| app.fresh && app.snapshot.at == at).unwrap_or(false)).await?;
        app::with(|app| app.paint());
        times.push(browser::now() - begun);
    }
    Ok(times)
}

/// Wait until something holds, a few milliseconds at a time.
async fn wait(holds: impl Fn() -> bool) -> Result<(), &'static str> {
    for _ in 0..WAITS_AT_MOST {
        if holds() {
            return Ok(());
        }
        let pause = js_sys::Promise::new(&mut |done, _| {
            if let Some(window) = browser::window() {
                // A window always takes a function.
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 2);
            }
        });
        JsFuture::from(pause).await.map_err(|_| "the browser has no timers")?;
    }
    Err("the worker took too long")
}

fn quantile(times: &[f64], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    engine::sort_by(&mut sorted, f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(0.0)
}

fn synthetic_stage() -> Stage {
    let place = |index: u16| {
        let step = f64::from(index);
        (50.0 - step * 7.0 % 80.0, -120.0 + step * 22.0)
    };
    let regions = (0..REGIONS).map(|index| {
        let (lat, lon) = place(index);
        let one_way = vec![Span::from_millis(60); usize::from(REGIONS)];
        StageRegion { id: format!("region-{index}"), title: format!("Place {index}"), lat, lon, one_way }
    });
    let populations = (0..REGIONS).map(|index| {
        let (lat, lon) = place(index);
        let (id, title) = (format!("users-{index}"), format!("Users {index}"));
        StagePopulation { id, title, lat: lat - 6.0, lon: lon + 4.0, stands_for: 1 }
    });
    Stage {
        zoned: Vec::new(),
        regions: regions.collect(),
        populations: populations.collect(),
        datasets: vec![StageDataset {
            id: "orders".to_owned(),
            title: "Orders".to_owned(),
            placement: (0..REGIONS).collect(),
            leadership: protocol::Leadership::Granted,
        }],
        planned: view::Planned::default(),
        home: 0,
        until: Time::from_secs(600),
    }
}

/// With so many packets a second on every link.
fn synthetic_snapshot(rate: u32) -> Snapshot {
    let channels = [Channel::Replication, Channel::Acknowledgement, Channel::Client, Channel::Control];
    let packets = (0..MESSAGES).map(|number| {
        let from = (number % u64::from(REGIONS)) as u16;
        let to = ((number / u64::from(REGIONS) + 1 + number) % u64::from(REGIONS)) as u16;
        let channel = channels[(number % 4) as usize];
        let other = if to == from { (to + 1) % REGIONS } else { to };
        let (from, to) = if channel == Channel::Client {
            (Place::users(from), Place::region(other))
        } else {
            (Place::region(from), Place::region(other))
        };
        let sent = Time::from_millis(600 + number % 400);
        PacketState {
            packet: number,
            on_way: number,
            channel,
            from,
            to,
            sent,
            due: sent + Span::from_millis(900),
            subject: None,
        }
    });
    let pairs = (0..REGIONS).flat_map(|from| (0..REGIONS).filter(move |to| *to != from).map(move |to| (from, to)));
    Snapshot {
        at: Time::from_secs(1),
        regions: (0..REGIONS).map(synthetic_region).collect(),
        links: pairs.map(|(from, to)| synthetic_link(from, to, rate)).collect(),
        populations: (0..REGIONS)
            .map(|region| PopulationState {
                clients: ClientsState { under_way: 12, busy: None, spared: Vec::new() },
                endings: Endings {
                    fresh: 300,
                    slow: 40,
                    stale: 25,
                    declined: 0,
                    refused: 10,
                    timed_out: 5,
                    waiting: 0,
                    region: Some(region),
                },
            })
            .collect(),
        datasets: vec![DatasetState {
            replicas: (0..REGIONS)
                .map(|region| ReplicaState { region, view: Some(synthetic_replica(region)) })
                .collect(),
            losses: Losses::default(),
        }],
        packets: packets.collect(),
        packets_left_out: 0,
        faults: Vec::new(),
    }
}

fn synthetic_region(index: u16) -> RegionState {
    let utilisation = 0.05 * f32::from(index);
    RegionState {
        site: SiteState { up: index != 3, isolated: index == 5, ..SiteState::GOOD },
        service: ServiceState { busy: 5, workers: 8, queue: index.into(), queue_limit: 100, utilisation },
        judged: Judgement { health: if index == 3 { Health::Unhealthy } else { Health::Healthy } },
        answered: Vec::new(),
    }
}

fn synthetic_link(from: u16, to: u16, packets: u32) -> LinkState {
    LinkState {
        from,
        to,
        data_cut: from == 5 || to == 5,
        control_cut: false,
        degraded: from == 7,
        one_way: Span::from_millis(60),
        estimated: false,
        backlog: Span::from_millis(0),
        rates: [Rate { packets, bytes: 40_000 }; 4],
    }
}

fn synthetic_replica(region: u16) -> NodeView {
    let stream = |to| StreamView {
        to: NodeId(to),
        acked: 900,
        lag_entries: u64::from(to) * 3,
        lag_bytes: 4_000,
        lag: Span::from_millis(u64::from(to) * 15),
    };
    let leads = region == 0;
    let role = if leads { Role::Leader } else { Role::Follower };
    NodeView {
        leader: Some(NodeId(0)),
        applied: 1_000,
        streams: if leads { (1..REGIONS).map(stream).collect() } else { Vec::new() },
        ..NodeView::new(role, Epoch(1), Version { epoch: Epoch(1), lsn: 1_000 })
    }
}
