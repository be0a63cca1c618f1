//! The part of the WebDriver protocol that the tests need: commands as JSON over loopback HTTP.
//!
//! <https://www.w3.org/TR/webdriver2/>

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;

/// A session: one browser with one window.
pub(crate) struct Session {
    agent: Agent,
    address: String,
}

impl Session {
    /// Asks the WebDriver server at an address (`http://127.0.0.1:PORT`) for a browser with these capabilities.
    pub(crate) fn new(server: &str, capabilities: &Value) -> Result<Session> {
        // Loopback needs no proxy, whatever the environment says; a refusal carries its reason in the body.
        let config = Agent::config_builder().proxy(None).http_status_as_error(false);
        let agent = Agent::new_with_config(config.build());
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = post(&agent, &format!("{server}/session"), &body).context("the browser did not start")?;
        let id = answer["sessionId"].as_str().context("the WebDriver server gave the session no id")?;
        let address = format!("{server}/session/{id}");
        Ok(Session { agent, address })
    }

    /// Sends a command, such as `execute/sync`, and returns its value.
    pub(crate) fn post(&self, command: &str, body: &Value) -> Result<Value> {
        post(&self.agent, &format!("{}/{command}", self.address), body)
            .with_context(|| format!("WebDriver command `{command}`"))
    }

    /// Asks for something, such as `screenshot`.
    pub(crate) fn get(&self, command: &str) -> Result<Value> {
        let response = self.agent.get(format!("{}/{command}", self.address)).call();
        value_of(response).with_context(|| format!("WebDriver command `{command}`"))
    }

    /// A command of the Chrome DevTools Protocol, for what WebDriver has no word for.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Result<Value> {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters })).context(command.to_owned())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Closes the browser; if the server is gone, so is the browser.
        let _ = self.agent.delete(&self.address).call();
    }
}

fn post(agent: &Agent, address: &str, body: &Value) -> Result<Value> {
    value_of(agent.post(address).send_json(body))
}

fn value_of(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value> {
    let mut response = response.context("the WebDriver server does not answer")?;
    // A screenshot of a large window is larger than what the client would read by itself.
    let mut body: Value = response.body_mut().with_config().limit(256 << 20).read_json()?;
    let value = body["value"].take();
    match value["error"].as_str().filter(|_| !response.status().is_success()) {
        Some(error) => bail!("{error}: {}", value["message"].as_str().unwrap_or("no message")),
        None => Ok(value),
    }
}
