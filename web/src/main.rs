//! The page: a configuration goes in, the answers stand beside it.
//!
//! [`state`] holds everything that can change and knows no DOM; [`look`] turns
//! a report into what is shown; `view` draws it. Nothing is ever sent: the
//! page's policy (static/index.html) forbids every connection.

mod browser;
mod examples;
mod look;
mod state;
mod strings;
mod view;

fn main() {
    if let Some(root) = browser::root() {
        yew::Renderer::<view::App>::with_root(root).render();
    }
}
