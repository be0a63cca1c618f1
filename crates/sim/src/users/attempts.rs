//! An operation's attempts: sent, answered, given up, made again.

use super::said::{Ending, Event, Fact, OperationInfo, OperationKind, Ready, Said};
use super::{Client, Users};
use crate::cx::Cx;
use crate::failure::table::ErrorKind;
use crate::kernel::clock;
use crate::network::said::Body;
use crate::place::Place;
use crate::services::said::{Answer, Call, ReplyTo, Want};
use engine::{Key, TimerId};
use protocol::{Channel, Parcel, Seen, Version};
use values::{Change, Verb};

impl Users {
    /// An attempt is ready to be sent; `failed` is the region where the one before it failed.
    pub(super) fn ask_where(&self, key: Key, failed: Option<u16>, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get(key) else { return };
        let OperationInfo { population, process, .. } = client.info;
        cx.say(Said::Ready(Ready { client: key, population, process, failed }));
    }

    /// Send an attempt to a region.
    pub(crate) fn send(&mut self, key: Key, region: u16, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
        let info = client.info;
        client.attempt += 1;
        client.region = region;
        let attempt = client.attempt;
        if !self.populations[usize::from(info.population)].admits(client.as_attempt(key), cx) {
            return self.fail_attempt(key, ErrorKind::HeldBack, cx);
        }
        let timer = cx.arm();
        client.timer = Some(timer);
        client.lost = 0;
        client.resting = false;
        let request = &config.requests[usize::from(info.request)];
        let step = &request.steps[client.step];
        let (read, same) = match info.dataset {
            Some(set) => self.sessions.reads(client.session, (set, step.read_from(), step.within()), cx.now()),
            None => (step.read_from(), None),
        };
        let people = self.populations[usize::from(info.population)].people.as_ref();
        let person = client.person.zip(people).map(|(person, people)| u64::from(people.number(person)) + 1);
        // Whoever comes back is the same customer, on whatever device.
        let customer = person.unwrap_or(info.process);
        let want = Want {
            kind: info.kind,
            read,
            within: step.within(),
            same,
            key: info.key,
            write: info.write as u32,
            change: step
                .change()
                .map_or(Change::new(Verb::Set), |change| change.by_customer(customer).between(info.accounts)),
            bytes: step.bytes(),
            clock: clock::reads(info.invoked, client.ahead),
            seen: info
                .dataset
                .map_or(Seen::UNKNOWN, |set| self.sessions.seen(client.session, set, (info.kind, info.key))),
            at_least: info.dataset.map_or(Version::NONE, |set| self.sessions.token(client.session, set)),
        };
        let call = Call {
            client: key,
            number: info.operation,
            attempt,
            dataset: info.dataset,
            want,
            reply: ReplyTo { place: Place::users(info.population), ticket: None },
            region,
            hops: 0,
            since: cx.now(),
            deadline: cx.now() + request.timeout,
            asked: false,
            passed_to: None,
            doubled: false,
        };
        let OperationInfo { operation, slot, population, .. } = info;
        cx.state_cause(Fact::AttemptSent { operation, slot, attempt, region, population });
        let parcel = Parcel { bytes: call.want.size(), channel: Channel::Client, write: None };
        let (from, to) = (Place::users(info.population), Place::region(region));
        cx.send(from, to, parcel, Some(info.operation), Body::Call(call));
        cx.plan(request.timeout, Event::Timeout { client: key, timer });
    }

    pub(super) fn on_timeout(&mut self, key: Key, timer: TimerId, cx: &mut Cx<'_>) {
        if !cx.fire(timer) {
            return;
        }
        let client = self.clients.get_mut(key);
        debug_assert!(client.as_ref().is_some_and(|client| client.timer == Some(timer)), "an attempt is given up once");
        let Some(client) = client else { return };
        client.in_doubt = true;
        let (lost, attempt) = (client.lost, client.as_attempt(key));
        if lost != 0 {
            cx.because(lost);
        }
        self.populations[usize::from(attempt.population)].hears(attempt, false, cx);
        self.fail_attempt(key, ErrorKind::Timeout, cx);
    }

    /// An attempt, or the answer to it, is lost. Its client does not know; the trace does.
    pub(crate) fn on_attempt_lost(&mut self, key: Key, number: u64, attempt: u16, lost: u64) {
        let of_attempt = |client: &&mut Client| client.info.operation == number && client.attempt == attempt;
        if let Some(client) = self.clients.get_mut(key).filter(of_attempt) {
            client.lost = lost;
        }
    }

    /// An answer has come back to a client.
    pub(crate) fn on_answer(&mut self, answer: Answer, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get_mut(answer.client) else { return };
        let current = client.info.operation == answer.number && client.attempt == answer.attempt && !client.resting;
        if !current {
            return;
        }
        if let Some(timer) = client.timer.take() {
            cx.cancel(timer);
        }
        let attempt = client.as_attempt(answer.client);
        self.populations[usize::from(attempt.population)].hears(
            attempt,
            answer.result.as_ref().err().copied().is_none_or(ErrorKind::is_answer),
            cx,
        );
        match answer.result {
            Ok(found) => {
                if let Some(set) = client.info.dataset {
                    self.sessions.learn(client.session, set, (found.version, &found.seen));
                    match client.info.kind {
                        OperationKind::Write => self.sessions.has_written(client.session, set, cx.now()),
                        OperationKind::Read => self.sessions.has_read(client.session, set, answer.served_by),
                        OperationKind::Call => {}
                    }
                }
                let ending = Ending {
                    error: None,
                    may_have_happened: true,
                    region: client.region,
                    served_by: answer.served_by,
                    attempts: client.attempt,
                    version: found.version,
                    read: found.read,
                    deleted: found.deleted,
                    answered: found.at,
                };
                let (population, process) = (client.info.population, client.info.process);
                if ending.attempts > 1 {
                    cx.say(Said::ServedAfterAll { population, process, region: ending.region });
                }
                self.end_operation(answer.client, ending, cx);
            }
            // Trying again is of no use.
            Err(error) if error.is_answer() => {
                client.in_doubt |= answer.doubled;
                self.end_in_error(answer.client, error, answer.served_by, cx);
            }
            Err(error) => {
                // Where a call was doubled on its way, the other copy may yet succeed.
                client.in_doubt |= error.row().in_doubt || answer.doubled;
                self.fail_attempt(answer.client, error, cx);
            }
        }
    }

    fn fail_attempt(&mut self, key: Key, error: ErrorKind, cx: &mut Cx<'_>) {
        let config = cx.config;
        let Some(client) = self.clients.get_mut(key) else { return };
        let (info, attempt, region) = (client.info, client.attempt, client.region);
        client.resting = true;
        cx.state_cause(Fact::AttemptFailed {
            operation: info.operation,
            attempt,
            region,
            population: info.population,
            error,
        });
        let retry = &config.requests[usize::from(info.request)].retry;
        if u32::from(attempt) < retry.attempts {
            let pauses = &mut self.populations[usize::from(info.population)].pauses;
            let pause = retry.pause_after(attempt, pauses);
            cx.plan(pause, Event::Resume { client: key });
            return;
        }
        self.end_in_error(key, error, region, cx);
    }

    fn end_in_error(&mut self, key: Key, error: ErrorKind, served_by: u16, cx: &mut Cx<'_>) {
        let Some(client) = self.clients.get(key) else { return };
        let ending = Ending {
            error: Some(error),
            may_have_happened: client.info.kind == OperationKind::Write && client.in_doubt,
            region: client.region,
            served_by,
            attempts: client.attempt,
            version: Version::NONE,
            read: 0,
            deleted: false,
            answered: cx.now(),
        };
        self.end_operation(key, ending, cx);
    }
}
