//! What a body means: JSON-RPC 2.0 in, with the slips that real clients make forgiven.

use serde_json::{Map, Value};
use tower_lsp::jsonrpc::{Error, Id, Request, Response};

/// One message of the client.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// A request, or without an id a notification.
    Call(Request),
    /// The answer to a request of ours.
    Answer(Response),
    /// JSON that is neither, with its id as far as it can be told.
    Invalid(Id),
}

/// Parses a body, which holds one message or a batch of them.
pub(super) fn parse(body: &[u8]) -> Result<Vec<Message>, serde_json::Error> {
    let value = serde_json::from_slice(body).or_else(|error| match mend_surrogates(body) {
        Some(mended) => serde_json::from_slice(&mended),
        None => Err(error),
    })?;
    Ok(match value {
        Value::Array(batch) if !batch.is_empty() => batch.into_iter().map(classify).collect(),
        one => vec![classify(one)],
    })
}

fn classify(value: Value) -> Message {
    let Value::Object(mut members) = value else { return Message::Invalid(Id::Null) };
    // LSP has no null ids; clients that write one mean a notification.
    let id = match members.remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(Id::String(id)),
        Some(Value::Number(id)) if id.is_i64() => id.as_i64().map(Id::Number),
        Some(_) => return Message::Invalid(Id::Null),
    };
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Message::Invalid(id.unwrap_or_default());
    }
    match members.remove("method") {
        Some(Value::String(method)) => Message::Call(call(method, id, members.remove("params"))),
        Some(_) => Message::Invalid(id.unwrap_or_default()),
        None => answer(id.unwrap_or_default(), members),
    }
}

fn call(method: String, id: Option<Id>, params: Option<Value>) -> Request {
    // Clients write null, {} or nothing where a method has no parameters; tower-lsp takes one spelling of each.
    let params = match method.as_str() {
        "shutdown" => None,
        "initialized" => Some(Value::Object(Map::new())),
        _ => params,
    };
    let mut request = Request::build(method);
    if let Some(params) = params {
        request = request.params(params);
    }
    if let Some(id) = id {
        request = request.id(id);
    }
    request.finish()
}

fn answer(id: Id, mut members: Map<String, Value>) -> Message {
    match (members.remove("error"), members.remove("result")) {
        (None | Some(Value::Null), Some(result)) => Message::Answer(Response::from_ok(id, result)),
        (Some(error), _) => Message::Answer(Response::from_error(id, failure(error))),
        (None, None) => Message::Invalid(id),
    }
}

/// An error of the client, kept as a whole in `data` when it has not the members that JSON-RPC demands.
fn failure(error: Value) -> Error {
    serde_json::from_value(error.clone())
        .unwrap_or_else(|_| Error { data: Some(error), ..Error::internal_error() })
}

/// Replaces `\uD800` and its like, where they stand alone, by U+FFFD; `None` when there are none.
///
/// A JavaScript client writes half a character so, which is no Unicode text and stops the parser.
/// The replacement is one unit in UTF-16 and three bytes in UTF-8, as the half is for the client: no position moves.
fn mend_surrogates(body: &[u8]) -> Option<Vec<u8>> {
    let mut mended = Vec::new();
    let mut rest = body;
    let mut n_mended = 0;
    while let Some(at) = rest.iter().position(|it| *it == b'\\') {
        let (before, escape) = rest.split_at_checked(at)?;
        mended.extend_from_slice(before);
        let n_bytes = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                n_mended += 1;
                mended.extend_from_slice(br"\uFFFD");
                rest = escape.get(6..)?;
                continue;
            }
            (Some(_), _) => 6,
            (None, _) => 2,
        };
        let (kept, after) = escape.split_at_checked(n_bytes)?;
        mended.extend_from_slice(kept);
        rest = after;
    }
    mended.extend_from_slice(rest);
    (n_mended > 0).then_some(mended)
}

/// The UTF-16 unit that `escape` starts with, when it starts with `\u` and four digits.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(br"\u")?.get(..4)?;
    let digits = str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(text: &str) -> Message {
        parse(text.as_bytes()).expect("JSON").remove(0)
    }

    #[test]
    fn messages_are_told_apart() {
        let call = |id: Option<i64>| {
            let request = Request::build("a").params(json!([1]));
            Message::Call(if let Some(id) = id { request.id(id) } else { request }.finish())
        };
        assert_eq!(one(r#"{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}"#), call(Some(1)));
        assert_eq!(one(r#"{"jsonrpc":"2.0","method":"a","params":[1]}"#), call(None));
        assert_eq!(one(r#"{"jsonrpc":"2.0","id":null,"method":"a","params":[1]}"#), call(None));
        let id = || Id::Number(1);
        let done = Message::Answer(Response::from_ok(id(), Value::Null));
        assert_eq!(one(r#"{"jsonrpc":"2.0","id":1,"result":null}"#), done);
        assert_eq!(one(r#"{"jsonrpc":"2.0","id":1,"result":null,"error":null}"#), done);
        let refused = Error { message: "no".into(), ..Error::method_not_found() };
        assert_eq!(
            one(r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#),
            Message::Answer(Response::from_error(id(), refused))
        );
        let odd = Error { data: Some(json!("no")), ..Error::internal_error() };
        assert_eq!(
            one(r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#),
            Message::Answer(Response::from_error(id(), odd))
        );
    }

    #[test]
    fn json_that_is_no_message_keeps_its_id() {
        let cases = [
            ("1", Id::Null),
            ("null", Id::Null),
            ("\"a\"", Id::Null),
            ("[]", Id::Null),
            ("[[]]", Id::Null),
            ("{}", Id::Null),
            (r#"{"jsonrpc":"2.0"}"#, Id::Null),
            (r#"{"jsonrpc":"2.0","id":1}"#, Id::Number(1)),
            (r#"{"id":1,"method":"a"}"#, Id::Number(1)),
            (r#"{"jsonrpc":"1.0","id":"x","method":"a"}"#, Id::String("x".into())),
            (r#"{"jsonrpc":2.0,"id":1,"method":"a"}"#, Id::Number(1)),
            (r#"{"jsonrpc":"2.0","id":1,"method":2}"#, Id::Number(1)),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, Id::Null),
            (r#"{"jsonrpc":"2.0","id":99999999999999999999,"method":"a"}"#, Id::Null),
            (r#"{"jsonrpc":"2.0","id":{},"method":"a"}"#, Id::Null),
            (r#"{"jsonrpc":"2.0","id":true,"method":"a"}"#, Id::Null),
        ];
        for (text, id) in cases {
            assert_eq!(one(text), Message::Invalid(id), "{text}");
        }
    }

    #[test]
    fn a_batch_is_its_messages_in_order() {
        let batch = r#"[{"jsonrpc":"2.0","method":"a"},1,{"jsonrpc":"2.0","method":"b"}]"#;
        let expected = [
            Message::Call(Request::build("a").finish()),
            Message::Invalid(Id::Null),
            Message::Call(Request::build("b").finish()),
        ];
        assert_eq!(parse(batch.as_bytes()).expect("JSON"), expected);
    }

    #[test]
    fn parameters_of_methods_without_any_are_made_alike() {
        for params in ["", r#","params":null"#, r#","params":{}"#, r#","params":[]"#] {
            let shutdown = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"shutdown"{params}}}"#);
            assert_eq!(one(&shutdown), Message::Call(Request::build("shutdown").id(1).finish()));
            let initialized = format!(r#"{{"jsonrpc":"2.0","method":"initialized"{params}}}"#);
            assert_eq!(
                one(&initialized),
                Message::Call(Request::build("initialized").params(json!({})).finish())
            );
        }
    }

    #[test]
    fn half_a_character_becomes_a_replacement_character() {
        let cases = [
            (r#"["\ud83d"]"#, "\u{fffd}"),
            (r#"["\ude00"]"#, "\u{fffd}"),
            (r#"["\ud83d\ude00\ud83d"]"#, "\u{1f600}\u{fffd}"),
            (r#"["\ud83d\ud83d\ude00"]"#, "\u{fffd}\u{1f600}"),
            (r#"["\\ud83d\uDFFFx"]"#, "\\ud83d\u{fffd}x"),
            (r#"["\ud83d\n"]"#, "\u{fffd}\n"),
        ];
        for (text, expected) in cases {
            let mended = mend_surrogates(text.as_bytes()).expect("something to mend");
            assert_eq!(serde_json::from_slice::<Vec<String>>(&mended).expect("JSON"), [expected], "{text}");
        }
        for text in [r#"["\ud83d\ude00"]"#, r#"["\\ud83d"]"#, r#"["\u00e9"]"#, r#"["\"#, r#"["\u12"#] {
            assert_eq!(mend_surrogates(text.as_bytes()), None, "{text}");
        }
    }
}
