//! Units on a shelf that are held, sold and restocked.

use crate::by_author::ByAuthor;
use crate::change::{At, Change};
use crate::data::{Data, SHORT, WORD};
use crate::declined::Declined;
use crate::dots::Dots;
use crate::shown::Shown;
use crate::verb::Verb;
use engine::{Span, Time};

/// A stock. Nothing is sold or held that this copy does not see left; but copies that sell at the same time each see it left, and merging
/// sums up what they sold, so that what is left may be below zero.
///
/// With quotas a region sells and holds only of its own share, which no other can touch: then nothing is sold twice, however long copies know nothing
/// of each other, and one whose share is sold declines although others have some (O'Neil 1986, The escrow transactional method, TODS 11;
/// Balegas et al. 2015, Extending eventually consistent cloud databases for enforcing numeric invariants, SRDS, the bounded counter; shares do not move here).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stock {
    initial: i64,
    /// By the index of the region.
    quotas: Option<Box<[i32]>>,
    books: ByAuthor<Books>,
    holds: Dots<Hold>,
    /// What several authors have taken back of the same sales: as whoever merges copies finds it.
    taken_back_again: i64,
}

/// What an author did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Books {
    sold: i64,
    restocked: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hold {
    customer: u32,
    amount: i64,
    /// From then on it holds nothing.
    until: Time,
}

impl Hold {
    fn is_live(&self, now: Time) -> bool {
        now < self.until
    }
}

impl Stock {
    pub(crate) fn new(initial: i32, quotas: Option<&[i32]>) -> Stock {
        let quotas = quotas.map(Box::from);
        Stock { initial: initial.into(), quotas, books: ByAuthor::new(), holds: Dots::new(), taken_back_again: 0 }
    }

    pub(crate) fn merge(&mut self, other: &Stock) {
        self.holds.merge(&self.books, &other.holds, &other.books);
        self.books.merge(&other.books);
    }

    /// Units held for anybody.
    fn held(&self, now: Time) -> i64 {
        self.holds.iter().filter(|(_, hold)| hold.is_live(now)).map(|(_, hold)| hold.amount).sum()
    }

    fn sold(&self) -> i64 {
        self.books.sums().map(|books| books.sold).sum::<i64>() + self.taken_back_again
    }

    fn restocked(&self) -> i64 {
        self.books.sums().map(|books| books.restocked).sum()
    }

    fn left(&self, now: Time) -> i64 {
        self.initial + self.restocked() - self.sold() - self.held(now)
    }

    /// What is left of a region's own share; what it restocks is its own.
    fn share(&self, quotas: &[i32], region: u16, now: Time) -> i64 {
        let quota = quotas.get(usize::from(region)).map_or(0, |quota| i64::from(*quota));
        let off_the_shelf: i64 = self.books.of_region(region).map(|books| books.sold - books.restocked).sum();
        let own = self.holds.iter().filter(|((holder, _), hold)| holder.region == region && hold.is_live(now));
        quota - off_the_shelf - own.map(|(_, hold)| hold.amount).sum::<i64>()
    }

    /// Whether so many may go off the shelf.
    fn enough(&self, amount: i64, at: &At) -> Result<(), Declined> {
        if self.left(at.now) < amount {
            return Err(Declined::SoldOut);
        }
        match &self.quotas {
            Some(quotas) if self.share(quotas, at.author.region, at.now) < amount => Err(Declined::NoShare),
            _ => Ok(()),
        }
    }

    /// Ends the customer's hold that would run out first, and says how many it held. A hold counts against the share of the region that took it, so
    /// with quotas only that one may end it.
    fn end_hold(&mut self, customer: u32, at: &At) -> Result<i64, Declined> {
        let reach = |region: u16| self.quotas.is_none() || region == at.author.region;
        let live = self
            .holds
            .iter()
            .filter(|((author, _), hold)| hold.customer == customer && hold.is_live(at.now) && reach(author.region));
        let (dot, hold) = live.min_by_key(|(dot, hold)| (hold.until, *dot)).ok_or(Declined::NotHeld)?;
        let amount = hold.amount;
        self.holds.remove(dot);
        Ok(amount)
    }
}

impl Data for Stock {
    fn apply(&mut self, change: Change, at: &At) -> Result<(), Declined> {
        if self.books.has(at.author, at.count) {
            return Ok(());
        }
        let amount = i64::from(change.amount);
        let (mut sold, mut restocked) = (0, 0);
        match change.verb {
            Verb::Sell => {
                self.enough(amount, at)?;
                sold = amount;
            }
            Verb::Reserve => {
                self.enough(amount, at)?;
                self.holds.insert(
                    at,
                    Hold { customer: change.customer(), amount, until: at.now + Span::from_millis(change.hold.into()) },
                );
            }
            Verb::Commit => sold = self.end_hold(change.customer(), at)?,
            Verb::Release => _ = self.end_hold(change.customer(), at)?,
            Verb::Restock => restocked = amount,
            _ => return Err(Declined::Unfit),
        }
        let books = self.books.count(at);
        books.sold += sold;
        books.restocked += restocked;
        // What has run out by the clock of the region that took it holds nothing any more, and need not be kept.
        self.holds.retain(|author, hold| hold.is_live(at.now) || author.region != at.author.region);
        Ok(())
    }

    fn show(&self, now: Time) -> Shown {
        let [left, held, sold] = [self.left(now), self.held(now), self.sold()]
            .map(|units| units.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        Shown::Stock { left, held, sold }
    }

    fn given(&self) -> i64 {
        self.sold() - self.restocked()
    }

    fn take_back(&mut self, amount: i64, at: &At) {
        self.books.count(at).sold -= amount;
    }

    fn taken_back_again(&mut self, amount: i64) {
        self.taken_back_again = amount;
    }

    fn bytes(&self) -> u32 {
        let quotas = self.quotas.as_ref().map_or(0, |quotas| quotas.len() as u32);
        WORD * (1 + quotas) + self.books.bytes(2 * WORD) + self.holds.bytes(SHORT + 2 * WORD)
    }
}
