//! A bare kernel and network for tests of single parts: hand a part an input, and look at what it stated, said, planned and sent.

use crate::config::*;
use crate::cx::Cx;
use crate::kernel::{Event, Kernel, Said};
use crate::network::Network;
use crate::network::said::{Arrived, Lost};
use crate::trace::{What, network};
use engine::{Distribution, Probability, Span, Time};

/// One way between any two places.
pub(crate) const ONE_WAY: Span = Span::from_millis(10);

/// What a part is handed in a test.
pub(crate) struct Bare {
    pub(crate) config: Config,
    kernel: Kernel,
    network: Network,
    /// What was stated of packets by the latest input.
    packets: Vec<network::Fact>,
}

/// What came of an input.
#[derive(Debug, Default)]
pub(crate) struct Came {
    /// Facts but those of packets.
    pub(crate) stated: Vec<What>,
    pub(crate) said: Vec<Said>,
    /// Packets that have arrived, and those that are lost.
    pub(crate) arrived: Vec<Arrived>,
    pub(crate) lost: Vec<Lost>,
}

impl Bare {
    /// So many regions with a worker and a place to wait each, one population, one dataset everywhere, led by the first.
    pub(crate) fn new(regions: usize) -> Bare {
        Bare::of(config(regions))
    }

    pub(crate) fn of(config: Config) -> Bare {
        Bare { kernel: Kernel::new(config.regions.len()), network: Network::new(&config), packets: Vec::new(), config }
    }

    /// Hand a part its input, and see what it states and says.
    pub(crate) fn hand(&mut self, input: impl FnOnce(&mut Cx<'_>)) -> Came {
        input(&mut Cx::new(&self.config, &mut self.kernel, &mut self.network));
        self.came()
    }

    /// Let it be later.
    pub(crate) fn go_to(&mut self, at: Time) {
        self.kernel.go_to(at);
    }

    /// The next event that is planned, at its time.
    pub(crate) fn next(&mut self) -> Option<(Time, Event)> {
        let event = self.kernel.next_event()?;
        Some((self.kernel.now(), event))
    }

    /// Let a packet arrive that is due.
    pub(crate) fn arrive(&mut self, due: network::Event) -> Came {
        let network::Event::Due { packet, moves } = due;
        let mut arrived = None;
        let came = self.hand(|cx| arrived = cx.arrive(packet, moves));
        Came { arrived: arrived.into_iter().collect(), ..came }
    }

    /// Let all packets under way arrive or be lost.
    pub(crate) fn deliver(&mut self) -> Came {
        let mut all = Came::default();
        while let Some((_, event)) = self.next() {
            if let Event::Network(due) = event {
                let came = self.arrive(due);
                all.arrived.extend(came.arrived);
                all.lost.extend(came.lost);
            }
        }
        all
    }

    /// Bytes that have left one region for another since this was last asked.
    pub(crate) fn bytes_gone(&mut self, from: u16, to: u16) -> u64 {
        self.hand(|cx| cx.gauge_links());
        let of_way = |what: &network::Fact| match what {
            network::Fact::LinkGauge { from: here, to: there, bytes } if (*here, *there) == (from, to) => Some(*bytes),
            _ => None,
        };
        self.packets.iter().find_map(of_way).unwrap_or(0)
    }

    fn came(&mut self) -> Came {
        let mut came = Came::default();
        let packets = &mut self.packets;
        packets.clear();
        self.kernel.take_trace(|event| match event.what {
            What::Network(fact) => packets.push(fact),
            what => came.stated.push(what),
        });
        while let Some(said) = self.kernel.next_said() {
            match said {
                Said::Network(network::Said::Lost) => came.lost.extend(self.network.next_lost()),
                said => came.said.push(said),
            }
        }
        came
    }
}

fn link() -> LinkConfig {
    LinkConfig {
        one_way: ONE_WAY,
        estimated: false,
        jitter: Distribution::Constant(1.0),
        bandwidth: None,
        buffer: 1_000_000,
        loss: Probability::NEVER,
        duplication: Probability::NEVER,
        reordering: Probability::NEVER,
    }
}

/// The configuration of [`Bare::new`].
pub(crate) fn config(regions: usize) -> Config {
    let region = |index| RegionConfig {
        id: format!("region-{index}"),
        title: format!("region-{index}"),
        lat: 0.0,
        lon: 0.0,
        workers: 1,
        queue: 1,
        service: Distribution::Constant(Span::from_millis(2).as_nanos() as f64),
    };
    let users = PopulationConfig {
        id: "users".to_owned(),
        title: "Users".to_owned(),
        lat: 0.0,
        lon: 0.0,
        stands_for: 1,
        arrival: Arrival::Constant(vec![(Time::ZERO, 1.0)]),
        people: None,
        access: vec![link(); regions],
        mix: vec![(0, 1)],
        preference: (0..regions).collect(),
        ignores_ttl: false,
        clocks: ClocksConfig::default(),
        defences: Defences::default(),
    };
    let dataset = DatasetConfig {
        id: "orders".to_owned(),
        title: "Orders".to_owned(),
        placement: (0..regions).collect(),
        leader: 0,
        leadership: protocol::Leadership::Granted,
        witness: None,
        apart: protocol::Apart::TheLater,
        keys: 10,
        kind: values::Kind::Register,
        cancel_cost: 0,
        zipf: 0.0,
        sampled_keys: 0,
        lease: None,
        disk: false,
        client_stamps: false,
        contexts: false,
        awaits: false,
        blank_leader: BlankLeader::Deposed,
        unread: Vec::new(),
        says_every: Span::ZERO,
        promises: Vec::new(),
    };
    let request = RequestConfig {
        id: "write".to_owned(),
        steps: vec![Step::put(0, 100)],
        key: KeyOf::Popularity,
        timeout: Span::from_secs(1),
        retry: Retry {
            attempts: 2,
            pause: Span::from_millis(100),
            factor: 1.0,
            longest: Span::from_secs(1),
            jitter: false,
        },
    };
    Config {
        seed: 1,
        until: Time::from_secs(60),
        regions: (0..regions).map(region).collect(),
        zoned: Vec::new(),
        sharded: Vec::new(),
        links: vec![vec![link(); regions]; regions],
        populations: vec![users],
        datasets: vec![dataset],
        requests: vec![request],
        routing: RoutingConfig {
            policy: RoutingPolicy::Nearest,
            ttl: Span::from_secs(5),
            health_checked: true,
            client_failover: false,
            drain: None,
        },
        control: ControlConfig {
            home: regions - 1,
            vantages: (0..regions).collect(),
            interval: Span::from_secs(2),
            timeout: Span::from_secs(1),
            threshold: 3,
            degraded_above: Span::from_millis(100),
            failover: Failover::Automatic,
            choose: Choose::Preferred,
            promote: Promote::Any,
            preference: (0..regions).collect(),
            failback: None,
        },
        faults: Vec::new(),
        acts: Vec::new(),
    }
}
