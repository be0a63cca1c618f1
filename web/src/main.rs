//! The module's entry, in the page and in its worker alike.

fn main() {
    web::start();
}
