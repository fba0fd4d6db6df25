//! Denied requests in an editor: events of CloudTrail beside open policies.

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::client::Client;

const EVENT_URI: &str = "file:///tmp/a%20b/event.json";
const POLICY_URI: &str = "file:///tmp/a%20b/policy.json";

const EVENT: &str = r#"{
  "eventTime": "2026-11-20T10:30:00Z",
  "eventSource": "bedrock.amazonaws.com",
  "eventName": "Converse",
  "awsRegion": "us-west-2",
  "errorCode": "AccessDenied",
  "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/dev"},
  "requestParameters": {"modelId": "amazon.nova-lite-v1:0"}
}
"#;

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Models",
      "Effect": "Allow",
      "Action": "bedrock:InvokeModel",
      "Resource": "arn:aws:bedrock:us-east-1::foundation-model/*"
    }
  ]
}
"#;

fn lenses(client: &mut Client) -> Vec<String> {
    let params = json!({"textDocument": {"uri": EVENT_URI}});
    let found = client.call("textDocument/codeLens", params).unwrap();
    found.as_array().unwrap().iter().map(|it| it["command"]["title"].as_str().unwrap().to_owned()).collect()
}

fn actions(client: &mut Client) -> Vec<Value> {
    let at = json!({"line": 3, "character": 5});
    let range = json!({"start": at, "end": at});
    let params = json!({"textDocument": {"uri": EVENT_URI}, "range": range, "context": {"diagnostics": []}});
    let found = client.call("textDocument/codeAction", params).unwrap();
    found.as_array().unwrap().clone()
}

#[test]
fn an_event_is_held_against_the_open_policies() {
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], json!({}));
    client.open(EVENT_URI, "json", EVENT);
    let asked = "bedrock:InvokeModel on foundation-model/amazon.nova-lite-v1:0 by user/dev";
    assert_eq!(lenses(&mut client), [format!("{asked}: denied; no policy that is open decides it")]);
    assert_eq!(actions(&mut client), [Value::Null; 0]);

    client.open(POLICY_URI, "json", POLICY);
    let denied = "Denied: no identity-based policy allows bedrock:InvokeModel; nearest is \"Models\" \
                  (policy.json:5): `arn:aws:bedrock:us-east-1::foundation-model/*` is for Region `us-east-1`, the \
                  resource is in `us-west-2`";
    assert_eq!(lenses(&mut client), [format!("{asked}: {denied}")]);

    let position = json!({"line": 3, "character": 18});
    let params = json!({"textDocument": {"uri": EVENT_URI}, "position": position});
    let hover = client.call("textDocument/hover", params).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains(denied) && text.contains("The smallest grant"), "{text}");

    let offered = actions(&mut client);
    let [action] = offered.as_slice() else { panic!("{offered:#?}") };
    assert_eq!(action["title"], "Add the smallest grant to policy.json");
    let edit = &action["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({"uri": POLICY_URI, "version": 1}));
    let edit = &edit["edits"][0];
    let at = json!({"line": 8, "character": 5});
    assert_eq!(edit["range"], json!({"start": at, "end": at}));
    assert_eq!(
        edit["newText"],
        ",\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"bedrock:InvokeModel\",\n      \
         \"Resource\": \"arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0\"\n    }"
    );
    let text = "User: arn:aws:iam::111122223333:user/dev is not authorized to perform: bedrock:InvokeModel on \
                resource: arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0 because no \
                identity-based policy allows the bedrock:InvokeModel action";
    for (text, n, expected) in [(text, 1, denied), ("All is well", 0, "neither an AccessDenied message")] {
        let arguments = json!([{"uri": POLICY_URI, "text": text}]);
        let params = json!({"command": "accesslens.server.explainDenied", "arguments": arguments});
        let answer = client.call("workspace/executeCommand", params).unwrap();
        assert_eq!(answer["requests"], n);
        assert!(answer["markdown"].as_str().unwrap().contains(expected), "{answer:#}");
    }

    client.change(POLICY_URI, 2, Some([8, 5, 8, 5]), edit["newText"].as_str().unwrap());
    assert_eq!(
        lenses(&mut client),
        [format!("{asked}: Allowed by statement 2 (policy.json:11) of the identity-based policy")]
    );
    assert_eq!(actions(&mut client), [Value::Null; 0]);
    assert_eq!(client.shutdown(), Some(0));
}
