//! Who is asked: the replica here, or that of another region; and reads that wait until the replica holds enough for them.

use super::Data;
use super::said::{Event, Said};
use super::waiting::Waiting;
use crate::config::DatasetConfig;
use crate::cx::Cx;
use crate::services::said::{Ask, Want};
use crate::users::said::OperationKind;
use engine::Span;
use protocol::{Floor, Key, Leadership, Operation, Protocol, Request, RequestId, Role, Whom, WriteId};

/// How long a read that does not wait where it was put waits where it was sent on to.
const SENT_ON: Span = Span::from_secs(1);

impl<P: Protocol> Data<P> {
    /// A call needs data: put it to the replica that should answer it, here or in another region.
    pub(crate) fn ask(&mut self, ask: Ask, cx: &mut Cx<'_>) {
        let Ask { call, region, dataset, want, passed_on } = ask;
        let set = &cx.config.datasets[usize::from(dataset)];
        let (leader, epoch) = match set.leadership {
            Leadership::Elected => self.elected(dataset, region),
            Leadership::Granted | Leadership::None => self.directory.leader(region, dataset),
        };
        let local = self.holds(dataset, region) && set.witness != Some(usize::from(region));
        let to = self.whom(region, (set, local, leader), &want, cx);
        // Whom another region has sent it to answers, or says who should.
        if local && (passed_on || to == region) {
            let operation = operation(&want, set.leadership, || self.is_as_late(dataset, region, want.within, cx));
            let id = RequestId(call.to_bits());
            let waits = want.waits(passed_on && set.leadership == Leadership::None);
            let request = Request { id, key: Key(want.key), operation, epoch, clock: want.clock, seen: want.seen };
            if let Some(within) = waits.filter(|_| !self.reaches(dataset, region, &request)) {
                return self.wait_for_more(dataset, region, request, within, cx);
            }
            return self.request(dataset, region, request, cx);
        }
        cx.say(Said::Elsewhere { region, call, to });
    }

    /// The region whose replica the routers of a region put it to.
    fn whom(&self, region: u16, (set, local, leader): (&DatasetConfig, bool, u16), want: &Want, cx: &Cx<'_>) -> u16 {
        let nearest = || self.directory.nearest(region, set.holders(), cx.config).unwrap_or(region);
        let same = want.same.filter(|same| !self.directory.told(region).unhealthy(*same));
        match (want.kind, want.read.means().whom, same) {
            (OperationKind::Read, Whom::TheSame, Some(same)) => same,
            (OperationKind::Read, Whom::Own | Whom::LeaderAfterWrite | Whom::TheSame, _) if local => region,
            (OperationKind::Read, Whom::Own | Whom::LeaderAfterWrite | Whom::TheSame | Whom::NearestHealthy, _) => {
                nearest()
            }
            _ if set.leadership != Leadership::None => leader,
            // Anybody takes it.
            _ if local => region,
            _ => nearest(),
        }
    }

    fn request(&mut self, dataset: u16, region: u16, request: Request, cx: &mut Cx<'_>) {
        if let Some(to) = self.who_has(dataset, region, &request, cx) {
            return cx.say(Said::Elsewhere { region, call: engine::Key::from_bits(request.id.0), to });
        }
        self.with_replica(dataset, region, cx, |replica, env, effects| replica.on_request(env, request, effects));
    }

    /// Whether a replica answers a read of at least a version by itself.
    fn reaches(&self, dataset: u16, region: u16, request: &Request) -> bool {
        let answers = |running: &P| match request.operation {
            Operation::ReadAtLeast(version) => running.reaches(version) || running.summary().role == Role::Leader,
            Operation::ReadSeen => running.lacks(&request.seen).is_none(),
            _ => true,
        };
        self.running(dataset, region).is_none_or(answers)
    }

    /// Where nobody leads, and a replica lacks what a read must find: the nearest of those that have all of it, as far as is known here, and none if
    /// nobody has said so lately. Then whoever wrote what is lacking is asked, as the replica says.
    fn who_has(&self, dataset: u16, region: u16, request: &Request, cx: &Cx<'_>) -> Option<u16> {
        if request.operation != Operation::ReadSeen || self.reaches(dataset, region, request) {
            return None;
        }
        let replica = self.running(dataset, region)?;
        let others = self.datasets[usize::from(dataset)].peers.iter().filter(|peer| peer.0 != region);
        let have = others.filter(|other| replica.had_by(**other, &request.seen)).map(|other| other.0);
        self.directory.nearest(region, have, cx.config)
    }

    /// Whether what a replica shows lies back no farther than this, by its clock and its leader's.
    fn is_as_late(&self, dataset: u16, region: u16, within: Span, cx: &Cx<'_>) -> bool {
        let complete = self.running(dataset, region).and_then(P::complete_as_of);
        complete.is_some_and(|at| cx.clock(region).since(at) <= within)
    }

    /// A read waits for what its replica does not hold yet.
    fn wait_for_more(&mut self, dataset: u16, region: u16, request: Request, within: Span, cx: &mut Cx<'_>) {
        let RequestId(call) = request.id;
        self.waiting.push(Waiting { dataset, region, request });
        cx.plan(within, Event::WaitsNoMore { call });
    }

    /// A read has waited for so long as it may: the replica says what it can, or who else.
    pub(super) fn wait_no_more(&mut self, call: u64, cx: &mut Cx<'_>) {
        if let Some(place) = self.waiting.iter().position(|waiting| waiting.request.id == RequestId(call)) {
            let Waiting { dataset, region, request } = self.waiting.remove(place);
            self.request(dataset, region, request, cx);
        }
    }

    /// A replica may hold more than it did: whoever waited for that is answered, first come first served.
    pub(super) fn serve_waiting(&mut self, dataset: u16, region: u16, cx: &mut Cx<'_>) {
        let served = |data: &Data<P>, waiting: &Waiting| {
            (waiting.dataset, waiting.region) == (dataset, region) && data.reaches(dataset, region, &waiting.request)
        };
        while let Some(place) = self.waiting.iter().position(|waiting| served(self, waiting)) {
            let Waiting { request, .. } = self.waiting.remove(place);
            self.request(dataset, region, request, cx);
        }
    }

    /// A region has lost its power: nobody waits there any more.
    pub(super) fn forget_waiting(&mut self, region: u16) {
        self.waiting.retain(|waiting| waiting.region != region);
    }
}

impl Want {
    /// How long it waits for what a replica does not hold yet, if it does. To whom it was sent on since nobody leads, it has nobody else to go to.
    fn waits(&self, sent_on: bool) -> Option<Span> {
        let reading = self.read.means();
        let by_session = self.kind == OperationKind::Read && reading.goes_by_session();
        match reading.waits() {
            true => by_session.then_some(self.within),
            false => (by_session && sent_on).then_some(SENT_ON),
        }
    }
}

/// What a replica is asked to do, which may or may not be late enough for a read that may lie back for only so long.
fn operation(want: &Want, leadership: Leadership, is_as_late: impl Fn() -> bool) -> Operation {
    match want.kind {
        OperationKind::Read => match want.read.means().floor {
            Floor::Nothing => Operation::ReadLocal,
            Floor::Majority => Operation::ReadMajority,
            Floor::Session if leadership == Leadership::None => Operation::ReadSeen,
            Floor::Session => Operation::ReadAtLeast(want.at_least),
            Floor::Age if is_as_late() => Operation::ReadLocal,
            Floor::Age | Floor::Leadership => Operation::ReadLeader,
        },
        OperationKind::Write | OperationKind::Call => {
            Operation::Write { write: WriteId(want.write.into()), change: want.change, bytes: want.bytes }
        }
    }
}
