//! A node's answers. The first byte: 1 answers with a status of failure. Each part answers one request, in their order, the last one
//! all that follow.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use alloy_primitives::{Address, B256, Bytes, U256};
use tranche_settle::account::Account;
use tranche_settle::chain::{Call, Chain};
use tranche_settle::client::Client;
use tranche_settle::deployment::Deployment;
use tranche_settle::escrow::RunRef;
use tranche_settle::rpc::Rpc;
use tranche_settle::status;

use crate::parts::split;

/// How long the client waits for a receipt: it asks at least once.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the server says next.
#[derive(Default)]
struct Script {
    failing: bool,
    answers: Vec<Vec<u8>>,
    next: usize,
}

static SCRIPT: Mutex<Script> = Mutex::new(Script {
    failing: false,
    answers: Vec::new(),
    next: 0,
});

static SERVER: LazyLock<String> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // The client is one thread with one connection at a time, which ends before the next begins.
            let _ = serve(stream);
        }
    });
    format!("http://{address}")
});

pub(crate) fn read(data: &[u8]) {
    let Some((mode, answers)) = data.split_first() else {
        return;
    };
    let script = Script {
        failing: mode & 1 == 1,
        answers: split(answers).into_iter().map(<[u8]>::to_vec).collect(),
        next: 0,
    };
    *SCRIPT.lock().unwrap_or_else(PoisonError::into_inner) = script;
    let Ok(mut node) = Rpc::connect(&SERVER, PATIENCE) else {
        return;
    };
    let at = Address::repeat_byte(7);
    let call = Call {
        to: Some(at),
        value: U256::from(1),
        data: Bytes::from_static(b"1234"),
    };
    said(node.head());
    said(node.balance(at));
    said(node.call(at, &call));
    let account = Account::development("hostile").expect("a development account");
    said(node.send(&account, &call).map(|receipt| receipt.fee()));
    let deployment = Deployment::new(node.chain_id(), at, at, at, Vec::new());
    said(deployment.check(&node));
    let run = RunRef {
        escrow: at,
        id: B256::repeat_byte(3),
    };
    let client = Client::new(&mut node, account);
    said(status::status(&client, run).map(|status| {
        serde_json::to_string(&status).expect("a status as JSON");
    }));
    said(node.reach_block(0));
    said(node.advance(1));
}

fn said<T>(answer: Result<T, tranche_settle::Error>) {
    if let Err(error) = answer {
        assert!(!error.to_string().is_empty());
    }
}

/// Answers the requests of one connection.
fn serve(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some(body) = request(&mut reader)? {
        let (failing, answer) = {
            let mut script = SCRIPT.lock().unwrap_or_else(PoisonError::into_inner);
            let last = script.answers.len().saturating_sub(1);
            let answer = script.answers.get(script.next.min(last)).cloned();
            script.next += 1;
            (script.failing, answer.unwrap_or_default())
        };
        let status = if failing { "500 No" } else { "200 OK" };
        let answer = not_null(&body, answer);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        writer.write_all(&[head.as_bytes(), &answer].concat())?;
    }
    Ok(())
}

/// A receipt that is not there yet would be waited for.
fn not_null(request: &[u8], answer: Vec<u8>) -> Vec<u8> {
    const RECEIPT: &[u8] = b"eth_getTransactionReceipt";
    let waits = request.windows(RECEIPT.len()).any(|w| w == RECEIPT)
        && serde_json::from_slice::<serde_json::Value>(&answer)
            .is_ok_and(|value| value.get("result").is_some_and(serde_json::Value::is_null));
    if waits { b"{}".to_vec() } else { answer }
}

/// The body of the next request; `None` at the connection's end.
fn request(reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(body))
}
