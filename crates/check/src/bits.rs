//! Sets of small numbers: where few numbers are enough they cost nothing to copy, otherwise they grow.

/// A set of small numbers.
pub(crate) trait Set: Clone {
    /// Nothing.
    fn empty() -> Self;
    /// The members as bits, 64 to a word. What is beyond the last word is not in the set.
    fn words(&self) -> &[u64];
    /// The word that holds this number.
    fn word_of(&mut self, number: usize) -> &mut u64;
    /// Both sets, word by word.
    fn zip(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self;

    fn has(&self, number: usize) -> bool {
        self.words().get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn insert(&mut self, number: usize) {
        *self.word_of(number) |= 1 << (number % 64);
    }

    fn remove(&mut self, number: usize) {
        *self.word_of(number) &= !(1 << (number % 64));
    }

    fn and(&self, other: &Self) -> Self {
        self.zip(other, |one, other| one & other)
    }

    fn or(&self, other: &Self) -> Self {
        self.zip(other, |one, other| one | other)
    }

    fn xor(&self, other: &Self) -> Self {
        self.zip(other, |one, other| one ^ other)
    }

    fn without(&self, other: &Self) -> Self {
        self.zip(other, |one, other| one & !other)
    }

    fn len(&self) -> usize {
        self.words().iter().map(|word| word.count_ones() as usize).sum()
    }

    fn is_empty(&self) -> bool {
        self.words().iter().all(|&word| word == 0)
    }

    /// The members, ascending.
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.words().iter().enumerate().flat_map(|(word, &bits)| {
            let mut bits = bits;
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros() as usize;
                (bit < 64).then(|| {
                    bits &= bits - 1;
                    word * 64 + bit
                })
            })
        })
    }
}

/// Numbers below `64 * N`.
#[derive(Clone, Copy)]
pub(crate) struct Few<const N: usize>([u64; N]);

impl<const N: usize> Set for Few<N> {
    fn empty() -> Self {
        Self([0; N])
    }

    fn words(&self) -> &[u64] {
        &self.0
    }

    fn word_of(&mut self, number: usize) -> &mut u64 {
        &mut self.0[number / 64]
    }

    fn zip(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let mut zipped = *self;
        for (word, other) in zipped.0.iter_mut().zip(other.0) {
            *word = with(*word, other);
        }
        zipped
    }
}

/// Any numbers.
#[derive(Clone)]
pub(crate) struct Many(Vec<u64>);

impl Set for Many {
    fn empty() -> Self {
        Self(Vec::new())
    }

    fn words(&self) -> &[u64] {
        &self.0
    }

    fn word_of(&mut self, number: usize) -> &mut u64 {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        &mut self.0[word]
    }

    fn zip(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let word = |set: &Self, place: usize| set.0.get(place).copied().unwrap_or(0);
        let length = self.0.len().max(other.0.len());
        Self((0..length).map(|place| with(word(self, place), word(other, place))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<S: Set>(numbers: &[usize]) -> S {
        let mut set = S::empty();
        numbers.iter().for_each(|&number| set.insert(number));
        set
    }

    fn check<S: Set>(highest: usize) {
        let (one, other) = (of::<S>(&[0, 63, highest]), of::<S>(&[1, 63]));
        let members = |set: &S| set.iter().collect::<Vec<_>>();
        assert_eq!(members(&one), [0, 63, highest]);
        assert_eq!(members(&one.and(&other)), [63]);
        assert_eq!(members(&other.or(&one)), [0, 1, 63, highest]);
        assert_eq!(members(&other.xor(&one)), [0, 1, highest]);
        assert_eq!(members(&other.without(&one)), [1]);
        assert!(one.len() == 3 && one.has(highest) && !other.has(highest));
        let mut none = of::<S>(&[highest]);
        none.remove(highest);
        assert!(none.is_empty());
    }

    #[test]
    fn sets_that_grow_and_sets_that_do_not_are_the_same_sets() {
        check::<Few<2>>(127);
        check::<Many>(127);
        check::<Many>(100_000);
    }
}
