"""Random policies, in pairs that have much in common.

They stay where AWS's pages say how a request is read, and where a solver for texts can follow: variables stand alone,
or with fixed text and a star at one end.
"""
import json

ACTIONS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "S3:getobject*", "s3:*Object", "s3:?etObject",
           "bedrock:InvokeModel", "bedrock:Invoke*", "s3:NoSuchAction", "s3:NoSuch*", "sagemaker:CreateTrainingJob"]
FEW_ACTIONS = ["s3:GetObject", "s3:*"]
RESOURCES = ["*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a?/*", "arn:aws:s3:::b/ab", "arn:aws:s3:::b/a*b",
             "arn:aws:s3:::b/?", "arn:aws:s3:::?/a*", "arn:aws:s3:::b/*a*", "arn:aws:s3:::b/a*a*", "arn:aws:s3:::b/?*",
             "arn:aws:bedrock:*:*:agent/*", "arn:aws:bedrock:us-*:111122223333:*", "arn:aws:bedrock:*:a",
             "arn:aws:bedrock:*::foundation-model/*", "arn:aws:s3:*:*:b/*", "arn:aws:s3*",
             "arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${aws:username}/*",
             "arn:aws:s3:::${aws:PrincipalTag/t}/*", "arn:aws:s3:::b/${aws:username, 'ab'}"]
FEW_RESOURCES = ["*", "arn:aws:s3:::b/*"]
TEXTS = ["a", "ab", "abc", "b", "A", "*", "a*", "?b", "*b", "a?*", "*a*", "??", "", "${*}", "${aws:username}",
         "a${aws:username}", "${aws:PrincipalTag/t}"]
LIKE_ONLY = ["${aws:username}*", "*${aws:username}"]
NUMBERS = ["1", "5", "5.0", "5.5", "10", "-3", "ten"]
DATES = ["2026-01-01T00:00:00Z", "2026-06-01T08:00:00Z", "1767225600", "2020-01-01T00:00:00Z"]
NETS = ["10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "203.0.113.7", "10.300.0.0/8"]
ARNS = ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:role/a", "arn:*:*:*:*:*", "arn:aws:iam::1*:role/a?",
        "arn:aws:iam::111122223333:role/${aws:username}", "arn:aws:iam"]
PRINCIPALS = ["*", {"AWS": "*"}, {"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:root"},
              {"AWS": "arn:aws:iam::111122223333:role/p/R"}, {"AWS": "arn:aws:iam::111122223333:user/bob"},
              {"AWS": "arn:aws:sts::111122223333:assumed-role/R/s"}, {"Service": "s3.amazonaws.com"},
              {"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:user/bob"]},
              {"Federated": "arn:aws:iam::111122223333:saml-provider/p"}]
ASKED = [("s3:GetObject", "arn:aws:s3:::b/*"), ("s3:*", "arn:aws:s3:::b/a?"), ("s3:GetObject", "*"),
         ("*", "arn:aws:s3:::b/ab"), ("bedrock:InvokeModel", "arn:aws:bedrock:*::foundation-model/*"),
         ("s3:Put*", "arn:aws:s3:::c/*"), ("sagemaker:*", "arn:aws:sagemaker:us-east-1:111122223333:model/*")]

ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
TEXT_TESTS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
              "StringNotEqualsIgnoreCase"]
SINGLE_TEXTS = ["s3:prefix", "aws:ResourceTag/t", "aws:username", "aws:RequestedRegion"]


def some(random, of):
    """One to three of a list, as an element may be written."""
    items = [random.choice(of) for _ in range(random.choice((1, 1, 2, 2, 3)))]
    return items[0] if len(items) == 1 and random.random() < 0.5 else items


def texts_for(operator):
    """Values that an operator for texts can have and the solver can follow."""
    if "IgnoreCase" in operator:
        return [it for it in TEXTS if "${aws" not in it]
    return TEXTS + LIKE_ONLY if operator.endswith("Like") else TEXTS


def test(random):
    """An operator, a key and values."""
    exists = "IfExists" if random.random() < 0.25 else ""
    prefix = random.choice(("ForAllValues:", "ForAnyValue:"))
    text = random.choice(TEXT_TESTS)
    what = random.randrange(12)
    if what <= 2:
        return text + exists, random.choice(SINGLE_TEXTS), some(random, texts_for(text))
    if what <= 4:
        return prefix + text + exists, "aws:TagKeys", some(random, texts_for(text))
    if what == 5:
        return prefix + text + exists, "s3:prefix", some(random, texts_for(text))
    if what == 6:
        return f"Numeric{random.choice(ORDERS)}{exists}", "s3:max-keys", some(random, NUMBERS)
    if what == 7:
        return f"Date{random.choice(ORDERS)}{exists}", "aws:TokenIssueTime", some(random, DATES)
    if what == 8:
        return f"{random.choice(('IpAddress', 'NotIpAddress'))}{exists}", "aws:SourceIp", some(random, NETS)
    if what == 9:
        key = random.choice(("aws:MultiFactorAuthPresent", "aws:SecureTransport"))
        return f"Bool{exists}", key, some(random, ["true", "false"])
    if what == 10:
        base = random.choice(("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"))
        return base + exists, "aws:SourceArn", some(random, ARNS)
    key = random.choice(("s3:prefix", "aws:TagKeys", "aws:username", "aws:SourceIp", "aws:SecureTransport"))
    return "Null", key, some(random, ["true", "false"])


def statement(random, with_principal, narrow):
    """A statement. `narrow`: about few actions and resources, so that conditions decide."""
    effect = "Deny" if random.random() < 0.33 else "Allow"
    out = {"Effect": effect}
    actions, resources = (FEW_ACTIONS, FEW_RESOURCES) if narrow else (ACTIONS, RESOURCES)
    inverted = lambda one_in: "Not" if not narrow and random.randrange(one_in) == 0 else ""
    out[inverted(5) + "Action"] = some(random, actions)
    out[inverted(4) + "Resource"] = some(random, resources)
    if with_principal:
        out[("Not" if effect == "Deny" and random.random() < 0.33 else "") + "Principal"] = random.choice(PRINCIPALS)
    condition = {}
    for _ in range(random.choice((0, 1, 1, 2))):
        operator, key, values = test(random)
        condition.setdefault(operator, {}).setdefault(key, values)
    if condition:
        out["Condition"] = condition
    return out


def altered(random, one):
    """The statement with a value more, a value less, or a test less."""
    out = json.loads(json.dumps(one))
    tests = [(block, key) for block, keys in out.get("Condition", {}).items() for key in keys]
    lists = [(out, name) for name in ("Action", "Resource", "NotAction", "NotResource") if isinstance(out.get(name), list)]
    lists += [(out["Condition"][block], key) for block, key in tests if isinstance(out["Condition"][block][key], list)]
    if tests and random.random() < 0.4:
        block, key = random.choice(tests)
        del out["Condition"][block][key]
        if not out["Condition"][block]:
            del out["Condition"][block]
        if not out["Condition"]:
            del out["Condition"]
    elif lists:
        holder, name = random.choice(lists)
        if len(holder[name]) > 1:
            holder[name].pop(random.randrange(len(holder[name])))
    elif random.random() < 0.5:
        operator, key, values = test(random)
        out.setdefault("Condition", {}).setdefault(operator, {}).setdefault(key, values)
    return out


def question(random):
    """A question as `accesslens access --batch` takes it."""
    with_principal = random.random() < 0.33
    narrow = random.random() < 0.5
    statements = [statement(random, with_principal, narrow) for _ in range(random.randint(1, 4))]
    policy = lambda own: {"Version": random.choice(("2012-10-17",) * 5 + ("2008-10-17",)), "Statement": own}
    kind = "RESOURCE_POLICY" if with_principal else "IDENTITY_POLICY"
    if random.random() < 0.2:
        action, resource = random.choice(ASKED)
        access = {"actions": [action], "resources": [resource]}
        return {"kind": "access-not-granted", "new": policy(statements), "access": access, "policy_type": kind}
    existing = policy(statements)
    changed = list(statements)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(changed))
        what = random.randrange(5)
        if what == 0 and len(changed) > 1:
            changed.pop(at)
        elif what == 1:
            changed.insert(at, statement(random, with_principal, narrow))
        elif what == 2:
            changed.insert(at, altered(random, changed[at]))
        else:
            changed[at] = altered(random, changed[at])
    return {"kind": "no-new-access", "existing": existing, "new": policy(changed), "policy_type": kind}
