//! A run as a link: which scenario, seed and variant, what a person did, and where the playhead stands.
//!
//! Version (1 byte), checksum (4 bytes, of everything else), then the body: postcard, deflated. All of it as base64url, so
//! that it can stand after the `#` of an address. The first five bytes mean the same in every version to come, so that a
//! damaged link can be told from a newer one.
//!
//! Version 3 holds what a person did as lines of text, in `actions`. Versions 1 and 2, in `first` and `second`, held it as the
//! types of their day; version 1 knew no digest of a built-in scenario's text, and neither what came out.

mod actions;
mod base64;
mod edition;
mod first;
mod mangled;
mod parts;
mod second;
mod values;

pub use parts::{Link, LinkScenario};

use crate::digest::{of_text, write_bytes};
use crate::document::TEXT_MAX;
use crate::gallery::{BuiltIn, find_built_in};
use crate::problem::{Problem, suggest};
use crate::quantity::clipped;
use crate::reference::Edition;
use crate::scenario::Scenario;
use crate::section::Ids;
use crate::{built_in, load};
use edition::pinned;
use engine::{Digest, Time};
use sim::{Config, LoggedAction};
use std::fmt;

/// The version this program writes; it reads those before it, too.
const VERSION: u8 = 3;
const HEAD: usize = 5;
/// No link may inflate to more than a scenario text and a long action log.
const BODY_MAX: usize = TEXT_MAX + 256 * 1024;

/// Why a link cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// There is nothing after the `#`.
    Empty,
    /// Some of it is missing or changed.
    Damaged,
    /// It was written by a newer program, in this version.
    Newer(u8),
    /// It names a built-in scenario that there is not.
    NoSuchScenario(String),
    /// An action in it is none that a person could have done.
    Action(String),
    /// Its scenario does not hold together.
    Scenario(Vec<Problem>),
}

impl fmt::Display for LinkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Empty => write!(out, "The link is empty: nothing stands after its #."),
            LinkError::Damaged => {
                write!(out, "The link is damaged: some of it is missing or changed. Ask for it again.")
            }
            LinkError::Newer(version) => {
                write!(
                    out,
                    "The link is of version {version}, made by a newer Meridian; this one reads version {VERSION}."
                )
            }
            LinkError::NoSuchScenario(id) => {
                let help = suggest(id, built_in().iter().map(|scenario| scenario.id));
                write!(out, "The link names the scenario `{}`, which is not built in; {help}", clipped(id))
            }
            LinkError::Action(what) => write!(out, "The link holds what nobody can do: {what}."),
            LinkError::Scenario(problems) => {
                write!(out, "The scenario in the link does not hold together")?;
                problems.first().map_or(Ok(()), |problem| write!(out, ": {problem}"))?;
                write!(out, ".")
            }
        }
    }
}

impl std::error::Error for LinkError {}

impl Link {
    /// A link to a scenario, with what was done in it, that does not know what comes out. The scenario goes by its id if it is built in, otherwise whole.
    pub fn new(scenario: &Scenario, seed: Option<u64>, actions: &[LoggedAction], playhead: Time) -> Link {
        let known = Known::of(&scenario.config);
        Link {
            scenario: match &scenario.id {
                Some(id) => LinkScenario::BuiltIn { id: id.clone(), digest: Some(shortened(of_text(&scenario.text))) },
                None => LinkScenario::Packed(pinned(&scenario.text, Edition::NEWEST)),
            },
            seed,
            variant: scenario.variant.clone(),
            actions: actions::write(actions, known.ids(&scenario.config)),
            playhead,
            outcome: None,
        }
    }

    /// What stands after the `#`.
    pub fn encode(&self) -> String {
        let body = postcard::to_allocvec(self).expect("plain data always encodes into memory");
        let body = miniz_oxide::deflate::compress_to_vec(&body, 10);
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&checksum(VERSION, &body).to_le_bytes());
        bytes.extend_from_slice(&body);
        base64::encode(&bytes)
    }

    /// Read a link: what stands after the `#`, with or without it, or the whole address, also as mail and chats mangle it, and where
    /// the `#` was lost and the link has become the query.
    ///
    /// # Errors
    /// [`LinkError::Empty`], [`LinkError::Damaged`] or [`LinkError::Newer`]; the rest comes out when it is opened.
    pub fn decode(text: &str) -> Result<Link, LinkError> {
        let missing = || if mangled::is_empty(text) { LinkError::Empty } else { LinkError::Damaged };
        let bytes = mangled::readings(text).find_map(|reading| intact(&reading));
        let bytes = bytes.or_else(|| mangled::with_underscores(text, intact));
        let bytes = bytes.ok_or_else(missing)?;
        let (version, body) = (bytes[0], &bytes[HEAD..]);
        if version > VERSION {
            return Err(LinkError::Newer(version));
        }
        let inflated =
            miniz_oxide::inflate::decompress_to_vec_with_limit(body, BODY_MAX).map_err(|_| LinkError::Damaged)?;
        let link = match version {
            1 => postcard::from_bytes(&inflated).map(first::Link::into),
            2 => postcard::from_bytes(&inflated).map(second::Link::into),
            VERSION => postcard::from_bytes(&inflated),
            _ => return Err(LinkError::Damaged),
        };
        link.map_err(|_| LinkError::Damaged)
    }

    /// Whether the query of an address (what stands after its `?`) is a link that has lost its `#` on the way, whole or damaged.
    pub fn is_in_query(query: &str) -> bool {
        match Link::decode(query) {
            Ok(_) | Err(LinkError::Newer(_)) => true,
            Err(LinkError::Empty) => false,
            Err(_) => mangled::was_meant(query),
        }
    }

    /// The text of its scenario.
    ///
    /// # Errors
    /// [`LinkError::NoSuchScenario`].
    pub fn text(&self) -> Result<&str, LinkError> {
        match &self.scenario {
            LinkScenario::Packed(text) => Ok(text),
            LinkScenario::BuiltIn { id, .. } => {
                find_built_in(id).map(BuiltIn::text).ok_or_else(|| LinkError::NoSuchScenario(id.clone()))
            }
        }
    }

    /// What a person should know who opens it: that its built-in scenario is another one than when the link was made, or that what was done
    /// in it may meet something else now.
    pub fn warning(&self) -> Option<String> {
        let changed = self.changed().map(|id| {
            format!("The scenario `{id}` has changed since the link was made: the run may come out otherwise.")
        });
        let counted = self.actions.iter().any(|line| actions::counts_packets(line)).then(|| {
            "The link is old and names a message by its number among all: it may be another message now.".to_owned()
        });
        let both: Vec<String> = changed.into_iter().chain(counted).collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    /// The built-in scenario that it leads to, if that is another one than when the link was made.
    fn changed(&self) -> Option<&str> {
        let LinkScenario::BuiltIn { id, digest: Some(digest) } = &self.scenario else { return None };
        (*digest != shortened(find_built_in(id)?.digest)).then_some(id)
    }

    /// What a person should know who has opened it: that the run comes out otherwise than when the link was made. `digest` is
    /// what the digest of this run begins with at the end of a second, counted from 0, if that is computed.
    pub fn contradiction(&self, digest: impl Fn(u32) -> Option<[u8; 4]>) -> Option<String> {
        let second = last_second(self.playhead)?;
        let differs = self.outcome? != digest(second)?;
        differs.then(|| {
            "This run comes out otherwise now than when the link was made: the simulator has changed since.".to_owned()
        })
    }

    /// The scenario it leads to and what was done in it, both validated.
    ///
    /// # Errors
    /// [`LinkError::NoSuchScenario`], [`LinkError::Scenario`] or [`LinkError::Action`].
    pub fn open(&self) -> Result<(Scenario, Vec<LoggedAction>), LinkError> {
        self.open_with(self.text()?)
    }

    /// The same where the text of the scenario it leads to comes from elsewhere.
    ///
    /// # Errors
    /// [`LinkError::Scenario`] or [`LinkError::Action`].
    pub fn open_with(&self, text: &str) -> Result<(Scenario, Vec<LoggedAction>), LinkError> {
        let scenario = load(text, self.variant.as_deref(), self.seed).map_err(LinkError::Scenario)?;
        let known = Known::of(&scenario.config);
        let actions = actions::read(&self.actions, known.ids(&scenario.config), scenario.config.until);
        Ok((scenario, actions.map_err(LinkError::Action)?))
    }
}

/// The last second, from 0, that is over at an instant.
pub fn last_second(at: Time) -> Option<u32> {
    u32::try_from(at.whole_seconds().checked_sub(1)?).ok()
}

/// The ids of what actions may name in a scenario.
struct Known {
    regions: Vec<String>,
    users: Vec<String>,
    datasets: Vec<String>,
}

impl Known {
    fn of(config: &Config) -> Known {
        Known {
            regions: config.regions.iter().map(|region| region.id.clone()).collect(),
            users: config.populations.iter().map(|users| users.id.clone()).collect(),
            datasets: config.datasets.iter().map(|set| set.id.clone()).collect(),
        }
    }

    fn ids<'s>(&'s self, config: &'s Config) -> Ids<'s> {
        let Known { regions, users, datasets } = self;
        let Config { zoned, sharded, .. } = config;
        Ids { regions, zoned, users, datasets, sharded, requests: &[] }
    }
}

/// The bytes of a link, if its checksum says that it is one.
fn intact(fragment: &str) -> Option<Vec<u8>> {
    let bytes = base64::decode(fragment)?;
    let (head, body) = bytes.split_at_checked(HEAD)?;
    (head[1..] == checksum(head[0], body).to_le_bytes()).then_some(bytes)
}

fn checksum(version: u8, body: &[u8]) -> u32 {
    let mut digest = Digest::new();
    digest.write_u64(u64::from(version));
    write_bytes(&mut digest, body);
    digest.value() as u32
}

/// As much of the digest of a text as a link holds.
fn shortened(digest: u64) -> [u8; 4] {
    (digest as u32).to_le_bytes()
}

#[cfg(test)]
mod tests;
