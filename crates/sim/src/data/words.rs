//! What happens to a dataset, in words and on the timeline.

use super::said::{Fact, TOLD, Unfit};
use crate::duration::duration;
use crate::names::Names;
use crate::trace::telling::{Flag, Sign, Telling};
use protocol::{Accepted, Fact as Stated, Leadership, Version};

impl Telling for Fact {
    fn words(&self, names: &Names) -> String {
        match *self {
            Fact::Replica { dataset, region, fact } => {
                format!("{}, {}: {}", names.region(region), names.dataset(dataset), stated(fact, names))
            }
            Fact::RouteLearned { dataset, region, leader, .. } => {
                let (region, leader) = (names.region(region), names.region(leader.0));
                format!("{region} learns that {leader} leads {}", names.dataset(dataset))
            }
            Fact::Elements { dataset, region, key, held } => {
                let elements = names.config.elements(dataset).into_iter().take(TOLD).enumerate();
                let there =
                    elements.filter(|(place, _)| held >> place & 1 == 1).map(|(_, element)| element.to_string());
                let there: Vec<String> = there.collect();
                let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
                format!("{}, {}: key {key} holds {there}", names.region(region), names.dataset(dataset))
            }
            Fact::StreamGauge { .. } | Fact::SumGauge { .. } | Fact::TombstoneGauge { .. } => {
                "a second is over".to_owned()
            }
            Fact::Wished { dataset, region, leader } => {
                let (region, leader) = (names.region(region), names.region(leader.0));
                format!("{region} asks {leader} to let it lead {}", names.dataset(dataset))
            }
            Fact::NotWished { dataset, region, why } => {
                let (name, set) = (names.region(region), names.dataset(dataset));
                let why = match why {
                    Unfit::Dark => "it has no power",
                    Unfit::Leads => "it leads already",
                    Unfit::NoLeader => "it knows no leader who would see to it",
                    Unfit::Witness => "a witness keeps no values",
                };
                format!("{name} cannot be made the leader of {set}: {why}")
            }
        }
    }

    fn notable(&self) -> bool {
        if let Fact::Wished { .. } | Fact::NotWished { .. } = self {
            return true;
        }
        let Fact::Replica { fact, .. } = self else { return false };
        match fact {
            Stated::Leads(_) | Stated::SteppedDown(_) | Stated::CaughtUp { .. } => true,
            Stated::Restored { .. } | Stated::Recovered { .. } => true,
            Stated::LeaseHeld(_) | Stated::LeaseRanOut(_) | Stated::HandedOver(_) => true,
            Stated::Stands(_) | Stated::Excluded | Stated::Readmitted => true,
            // As often as people decide; what nobody looks at may be as often as users write.
            Stated::Settled { looked_at, .. } => *looked_at,
            // As often as something is sold that is not there.
            Stated::Cancelled { .. } | Stated::Oversold { .. } => true,
            Stated::Alone { .. } | Stated::AmongOthers => true,
            Stated::Appended { .. } | Stated::Truncated { .. } | Stated::Fenced { .. } => false,
            Stated::Gave { .. } | Stated::Moved { .. } => false,
            Stated::Stored { .. } | Stated::Ignored { .. } => false,
            Stated::Hinted { .. } | Stated::HandedOff { .. } | Stated::HintDropped { .. } => false,
            Stated::Collected { .. } | Stated::Resurrected { .. } => false,
            Stated::Changed { .. } | Stated::Merged { .. } => false,
            Stated::Coordinated { .. } | Stated::Kept { .. } | Stated::Shown { .. } => false,
            Stated::Conflicted { .. } | Stated::Waiting { .. } => false,
            Stated::AppendedNoOp { .. } | Stated::TruncatedNoOp { .. } | Stated::Synced { .. } => false,
        }
    }

    fn sign(&self) -> Sign {
        let Fact::Replica { dataset, region, fact } = *self else { return Sign::Flag };
        match fact {
            Stated::Leads(_) => Sign::Leads { dataset, region },
            Stated::LeaseHeld(_) => Sign::Change,
            Stated::CaughtUp { follower } => Sign::Level { dataset, from: region, to: follower.0 },
            _ => Sign::Flag,
        }
    }

    fn flag(&self, names: &Names) -> Option<Flag> {
        if let Fact::Wished { region, .. } | Fact::NotWished { region, .. } = *self {
            return Some(Flag::new(1, self.words(names), [region]));
        }
        let Fact::Replica { dataset, region, fact } = *self else { return None };
        let (set, name) = (names.dataset(dataset), names.region(region));
        match fact {
            Stated::Leads(epoch) if is_elected(names, dataset) => {
                Some(Flag::new(3, format!("{name} elected leader of {set}, term {}", epoch.0), [region]))
            }
            Stated::Leads(epoch) => Some(Flag::new(1, format!("{name} leads {set}, epoch {}", epoch.0), [region])),
            Stated::Stands(_) => Some(Flag::new(0, format!("{name} stands for election as leader of {set}"), [region])),
            Stated::Excluded => Some(Flag::new(
                1,
                format!("{name} has lost its disk: it does not count in elections of {set}"),
                [region],
            )),
            Stated::Readmitted => Some(Flag::new(1, format!("{name} counts again in elections of {set}"), [region])),
            Stated::SteppedDown(_) => Some(Flag::new(1, format!("{name} stepped down from {set}"), [region])),
            Stated::CaughtUp { follower } => {
                let title = format!("{} caught up with {set}", names.region(follower.0));
                Some(Flag::new(0, title, [region, follower.0]))
            }
            Stated::Restored { .. } => Some(Flag::new(0, format!("{name} restored {set} from a copy"), [region])),
            Stated::Recovered { upto } => {
                Some(Flag::new(0, format!("{name} has {set} from its disk, up to {upto}"), [region]))
            }
            Stated::LeaseHeld(_) => Some(Flag::new(0, format!("{name} has a lease for {set}"), [region])),
            Stated::LeaseRanOut(_) => {
                Some(Flag::new(1, format!("{name}'s lease for {set} ran out: it serves nothing"), [region]))
            }
            Stated::HandedOver(_) => Some(Flag::new(0, format!("{name} has handed {set} over"), [region])),
            Stated::Appended { .. } | Stated::Truncated { .. } | Stated::Fenced { .. } => None,
            Stated::Gave { .. } | Stated::Moved { .. } => None,
            Stated::Stored { .. } | Stated::Ignored { .. } => None,
            Stated::Hinted { .. } | Stated::HandedOff { .. } | Stated::HintDropped { .. } => None,
            Stated::Collected { .. } | Stated::Resurrected { .. } => None,
            Stated::Changed { .. } | Stated::Merged { .. } => None,
            Stated::Coordinated { .. } | Stated::Kept { .. } | Stated::Shown { .. } => None,
            Stated::Settled { key, .. } => {
                Some(Flag::new(0, format!("{name}: a person has decided on key {} of {set}", key.0), [region]))
            }
            Stated::Cancelled { key, .. } => {
                let title = format!("{name} cancels sales of {set} that were beyond the stock, key {}", key.0);
                Some(Flag::new(1, title, [region]))
            }
            Stated::Oversold { key, after, .. } => {
                let after = duration(after.as_secs_f64());
                let title = format!("{name} sees that {set} is oversold, key {}, and cancels in {after}", key.0);
                Some(Flag::new(1, title, [region]))
            }
            Stated::Alone { silence } => {
                let silence = duration(silence.as_secs_f64());
                let title = format!("{name} takes no writes to {set}: it has heard from no majority for {silence}");
                Some(Flag::new(2, title, [region]))
            }
            Stated::AmongOthers => {
                Some(Flag::new(2, format!("{name} hears from a majority and takes writes to {set} again"), [region]))
            }
            Stated::Conflicted { .. } | Stated::Waiting { .. } => None,
            Stated::AppendedNoOp { .. } | Stated::TruncatedNoOp { .. } | Stated::Synced { .. } => None,
        }
    }
}

fn is_elected(names: &Names, dataset: u16) -> bool {
    names.config.datasets.get(usize::from(dataset)).is_some_and(|set| set.leadership == Leadership::Elected)
}

/// What a replica states.
fn stated(fact: Stated, names: &Names) -> String {
    match fact {
        Stated::Appended { write, version, .. } => format!("write {} appended as {version}", write.0),
        Stated::Truncated { write, version, .. } => format!("write {} taken back, was {version}", write.0),
        Stated::Restored { from, upto } => format!("restored from {} up to {upto}", names.region(from.0)),
        Stated::Leads(epoch) => format!("leads under epoch {}", epoch.0),
        Stated::SteppedDown(epoch) => format!("steps down from epoch {}", epoch.0),
        Stated::Fenced { stale, current } => format!("refuses epoch {}, epoch {} is in force", stale.0, current.0),
        Stated::Synced { upto } if upto == Version::NONE => "has nothing on its disk yet".to_owned(),
        Stated::Synced { upto } => format!("has its log on its disk, up to {upto}"),
        Stated::Recovered { upto } => format!("comes back with what its disk holds, up to {upto}"),
        Stated::Stored { write, version, over, .. } => {
            format!("write {} stored as {version}, {}", write.0, knowing(over))
        }
        Stated::Ignored { write, version, over, kept, .. } => format!(
            "write {}, {version}, {}, is not stored: write {} is {}, {}",
            write.0,
            knowing(over),
            kept.write.0,
            if kept.version > version { "later" } else { "chosen" },
            kept.version
        ),
        Stated::Hinted { to, write, version, over, .. } => {
            format!("write {} kept for {} as {version}, {}", write.0, names.region(to.0), knowing(over))
        }
        Stated::HandedOff { to, .. } => format!("{} has what was kept for it, or something later", names.region(to.0)),
        Stated::HintDropped { to, .. } => {
            format!("what was kept for {} is older than tombstones are kept, and dropped", names.region(to.0))
        }
        Stated::Collected { write, version, .. } => {
            format!("the tombstone of deletion {}, {version}, is collected", write.0)
        }
        Stated::Resurrected { write, deleted, .. } => {
            format!("write {} is back: deletion {} had deleted it, and is forgotten here", write.0, deleted.write.0)
        }
        Stated::Gave { write, amount, .. } if amount > 0 => format!("write {} gives {amount} away", write.0),
        Stated::Gave { write, amount, .. } => format!("write {} puts {} in", write.0, -amount),
        Stated::Moved { write, amount, from, to, .. } => {
            format!("write {} moves {amount} from account {from} to account {to}", write.0)
        }
        Stated::Changed { write, at, .. } => format!("write {} stored as {at}", write.0),
        Stated::Merged { author, upto, .. } => {
            format!("merged with a copy that has the changes of {} up to {upto}", names.region(author.region))
        }
        Stated::Coordinated { write, at, .. } => {
            format!("write {} as {at} is to stand beside what its client has not read", write.0)
        }
        Stated::Kept { to, author, upto, .. } => {
            let (to, author) = (names.region(to.0), names.region(author.region));
            format!("what is kept for {to} has the writes of {author} up to {upto}")
        }
        Stated::Shown { author, upto, .. } => {
            format!("a read shows the writes of {} up to {upto}", names.region(author.region))
        }
        Stated::Conflicted { one, other, decided, .. } => {
            let (one, other) = (told(one, names), told(other, names));
            let end = if decided { ": the first is shown" } else { "" };
            format!("{one} and {other} did not know each other{end}")
        }
        Stated::Waiting { keys } => format!("keys that wait for a person: {keys}"),
        Stated::Cancelled { write, version, units, .. } => {
            let seller = names.region(version.coordinator().0);
            format!(
                "the sale of {units} by {seller}, write {}, is cancelled, and its customer told: there is not enough",
                write.0
            )
        }
        Stated::Oversold { key, units, after } => format!(
            "of key {} {units} more are sold than there were, which is to be called off in {}",
            key.0,
            duration(after.as_secs_f64())
        ),
        Stated::Alone { silence } => {
            format!("has heard from no majority for {}, and takes no writes", duration(silence.as_secs_f64()))
        }
        Stated::AmongOthers => "hears from a majority, and takes writes again".to_owned(),
        Stated::Settled { key, kept, dropped, looked_at } => {
            let who = if looked_at { "a person has decided" } else { "too many wait: it is decided by the stamp" };
            let (kept, dropped) = (told(kept, names), told(dropped, names));
            format!("{who}: of key {} stays {kept}, and not {dropped}", key.0)
        }
        Stated::CaughtUp { follower } => format!("{} has caught up", names.region(follower.0)),
        Stated::AppendedNoOp { version } => format!("an entry that writes nothing appended as {version}"),
        Stated::TruncatedNoOp { version } => format!("an entry that writes nothing taken back, was {version}"),
        Stated::Excluded => "has lost its disk, and counts neither in elections nor for commits".to_owned(),
        Stated::Readmitted => "counts again in elections and for commits".to_owned(),
        Stated::Stands(epoch) => format!("stands for election in term {}", epoch.0),
        Stated::HandedOver(epoch) => format!("has handed over under epoch {}, and serves nothing", epoch.0),
        Stated::LeaseHeld(epoch) => format!("holds a lease under epoch {}", epoch.0),
        Stated::LeaseRanOut(epoch) => format!("has no lease under epoch {} any more", epoch.0),
    }
}

/// A write, and whose it is.
fn told(of: Accepted, names: &Names) -> String {
    format!("write {} of {}", of.write.0, names.region(of.version.coordinator().0))
}

/// What a write replaces knowingly.
fn knowing(over: Option<Accepted>) -> String {
    over.map_or("over nothing".to_owned(), |over| format!("over write {}", over.write.0))
}
