//! JSON-RPC 2.0 over HTTP.

use std::cell::Cell;
use std::time::Duration;

use alloy_primitives::Bytes;
use serde_json::{Value, json};
use ureq::Agent;

use crate::error::Error;
use crate::revert::Reverted;

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(60);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest answer read, in bytes.
const LONGEST: u64 = 64 << 20;

/// A node.
#[derive(Debug)]
pub(super) struct Transport {
    agent: Agent,
    url: String,
    /// What is shown of the URL: no path, no user, no query, any of which may be a secret.
    shown: String,
    number: Cell<u64>,
}

impl Transport {
    pub(super) fn new(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url
            .split_once("://")
            .filter(|(scheme, rest)| matches!(*scheme, "http" | "https") && !rest.is_empty())
            .ok_or_else(|| {
                Error::usage(
                    "the node's URL is not one of http:// or https://",
                    "give one such as http://127.0.0.1:8545",
                )
            })?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let agent = Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Ok(Self {
            agent,
            url: url.to_owned(),
            shown: format!("{scheme}://{host}"),
            number: Cell::new(0),
        })
    }

    /// One request; the answer's `result`.
    pub(super) fn request(&self, method: &str, parameters: Value) -> Result<Value, Error> {
        let number = self.number.get() + 1;
        self.number.set(number);
        let body = json!({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters});
        let text = self.post(&body.to_string())?;
        let answer: Value = serde_json::from_str(&text)
            .map_err(|_| self.misunderstood(method, "it is not JSON"))?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            return Err(refusal(method, error));
        }
        match answer.get("result") {
            Some(result) => Ok(result.clone()),
            None => Err(self.misunderstood(method, "it has neither result nor error")),
        }
    }

    fn post(&self, body: &str) -> Result<String, Error> {
        let unreachable = |error: ureq::Error| Error::Unreachable {
            node: self.shown.clone(),
            reason: reason(&error),
        };
        let mut response = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json")
            .send(body)
            .map_err(unreachable)?;
        let status = response.status();
        let text = response
            .body_mut()
            .with_config()
            .limit(LONGEST)
            .read_to_string()
            .map_err(unreachable)?;
        // Some nodes send JSON-RPC errors with a status of failure.
        if !status.is_success() && !text.trim_start().starts_with('{') {
            return Err(Error::Unreachable {
                node: self.shown.clone(),
                reason: format!("HTTP status {}", status.as_u16()),
            });
        }
        Ok(text)
    }

    fn misunderstood(&self, method: &str, reason: &str) -> Error {
        Error::Answer {
            method: method.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

/// The library's error message without the URL, which some messages include.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "the host is not known".to_owned(),
        ureq::Error::ConnectionFailed => "the connection was refused".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "the answer is too long".to_owned(),
        ureq::Error::BadUri(_) => "the URL is malformed".to_owned(),
        ureq::Error::Rustls(error) => error.to_string(),
        _ => "the exchange failed".to_owned(),
    }
}

/// A node's error: a revert where it carries one.
fn refusal(method: &str, error: &Value) -> Error {
    let message = error["message"].as_str().unwrap_or("no message");
    let code = error["code"].as_i64().unwrap_or_default();
    if let Some(data) = revert_data(&error["data"]) {
        return Error::Reverted(Box::new(Reverted::decode(&data)));
    }
    if code == 3 || message.contains("execution reverted") {
        return Error::Reverted(Box::new(Reverted::decode(&Bytes::new())));
    }
    Error::Node {
        method: method.to_owned(),
        code,
        message: message.chars().take(300).collect(),
    }
}

/// Nodes put a revert's data into `data`, or into an object there.
fn revert_data(data: &Value) -> Option<Bytes> {
    match data {
        Value::String(text) => text.strip_prefix("Reverted ").unwrap_or(text).parse().ok(),
        Value::Object(members) => members.get("data").and_then(revert_data),
        _ => None,
    }
    .filter(|data: &Bytes| !data.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_may_be_secret() {
        for (url, shown) in [
            ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
            (
                "https://user:word@node.example/v3/key?token=1",
                "https://node.example",
            ),
        ] {
            assert_eq!(Transport::new(url).unwrap().shown, shown);
        }
        for wrong in ["node.example", "ws://node.example", "http://"] {
            assert!(matches!(Transport::new(wrong), Err(Error::Usage { .. })));
        }
    }

    #[test]
    fn reverts_are_found_where_nodes_put_them() {
        let data = "0x08c379a0";
        for error in [
            json!({"code": 3, "message": "execution reverted", "data": data}),
            json!({"code": -32000, "message": "x", "data": {"data": data}}),
            json!({"code": -32015, "message": "x", "data": "Reverted 0x08c379a0"}),
            json!({"code": 3, "message": "execution reverted"}),
        ] {
            assert!(refusal("eth_call", &error).reverted().is_some(), "{error}");
        }
        let other = refusal(
            "eth_call",
            &json!({"code": -32601, "message": "no such method"}),
        );
        assert!(matches!(other, Error::Node { code: -32601, .. }));
    }

    #[test]
    fn nobody_at_home_is_said_so() {
        // Port 9 (discard) of this machine: nothing listens there.
        let node = Transport::new("http://127.0.0.1:9").unwrap();
        let error = node.request("eth_chainId", json!([])).unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    }
}
