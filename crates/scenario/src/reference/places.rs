//! Places by name.

use super::Coordinates;
use super::cities::CITIES;
use super::regions::{find_region, regions};
use crate::problem::suggest;

/// A place with a name: a city or a provider's region.
pub(crate) struct Place {
    /// The name a person reads.
    pub(crate) title: String,
    /// Where it is.
    pub(crate) at: Coordinates,
}

/// The city or provider region of this name.
///
/// # Errors
/// What the name may have meant.
pub(crate) fn find_place(name: &str) -> Result<Place, String> {
    let city = CITIES.iter().find(|(id, ..)| *id == name);
    if let Some((_, title, lat, lon)) = city {
        return Ok(Place { title: (*title).to_owned(), at: Coordinates { lat: *lat, lon: *lon } });
    }
    let region = find_region(name).map_err(|_| {
        let known = CITIES.iter().map(|(id, ..)| *id).chain(regions().iter().map(|region| region.id.as_str()));
        format!("{}; or give [latitude, longitude]", suggest(name, known))
    })?;
    Ok(Place { title: region.title.clone(), at: region.at })
}

#[cfg(test)]
mod tests {
    use super::find_place;

    #[test]
    fn a_misspelt_place_gets_a_hint() {
        assert!(find_place("londn").err().is_some_and(|help| help.contains("`london`")));
        assert!(find_place("us-eats-1").err().is_some_and(|help| help.contains("`us-east-1`")));
        assert_eq!(find_place("tokyo").map(|place| place.title).ok().as_deref(), Some("Tokyo"));
    }
}
