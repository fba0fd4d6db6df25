"""What policies grant, as formulas for z3, from AWS's pages: nothing here follows the engine that is tested.

A request is an action, which stays outside of the formulas, a resource, a principal, and for each condition key
whether it is there and its value. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html>
"""
import datetime
import fractions
import ipaddress
import re

import z3

LAST = "\\u{2ffff}"
ANY = z3.AllChar(z3.ReSort(z3.StringSort()))
NO_COLON = z3.Union(z3.Range("\\u{0}", "9"), z3.Range(";", LAST))
VARIABLE = re.compile(r"\$\{([^}]*)\}")
# Keys by type; every other key of the tests is one text.
NUMBER_KEYS, DATE_KEYS, ADDRESS_KEYS = {"s3:max-keys"}, {"aws:tokenissuetime"}, {"aws:sourceip"}
BOOL_KEYS = {"aws:multifactorauthpresent", "aws:securetransport"}
ARN_KEYS, LIST_KEYS = {"aws:sourcearn"}, {"aws:tagkeys"}
# What belongs to an account and can call.
ACCOUNT = ["iam root", "iam user/*", "iam role/*", "sts assumed-role/*", "sts federated-user/*"]
# Keys that every request carries.
ALWAYS = {"aws:requestedregion", "aws:securetransport"}


def as_list(it):
    """An element that may be one value or a list of them."""
    return it if isinstance(it, list) else [it]


def sequence(parts):
    """Regular expressions behind each other."""
    return z3.Re("") if not parts else parts[0] if len(parts) == 1 else z3.Concat(*parts)


def plain(text):
    """The expression of a text; z3 would read a backslash as the start of an escape."""
    return z3.Re(z3.StringVal(text.replace("\\", "\\u{5c}")))


def glob(text, one=ANY, last_star=None):
    """`*` and `?` in a text; `last_star`: what the star stands for that ends it."""
    parts = []
    for at, char in enumerate(text):
        if char == "*":
            is_last = last_star is not None and at == len(text) - 1
            parts.append(last_star if is_last else z3.Star(one))
        else:
            parts.append(one if char == "?" else plain(char))
    return sequence(parts)


def folded(text):
    """A text in any case."""
    return sequence([z3.Union(plain(it.lower()), plain(it.upper())) if it.isalpha() else plain(it) for it in text])


class Key:
    """A condition key of the request."""

    def __init__(self, name, size):
        self.name = name
        self.present = z3.Bool(f"{name} present")
        self.universe = [self.present] if name in ALWAYS else []
        self.parts = []
        if name in NUMBER_KEYS | DATE_KEYS:
            self.parts = [z3.Real(name)]
        elif name in ADDRESS_KEYS:
            self.six, self.v4, self.v6 = z3.Bool(f"{name} six"), z3.Int(f"{name} v4"), z3.Int(f"{name} v6")
            self.parts = [self.six, self.v4, self.v6]
            self.universe += [self.v4 >= 0, self.v4 < 2**32, self.v6 >= 0, self.v6 < 2**128]
        elif name in BOOL_KEYS:
            self.parts = [z3.Bool(name)]
        elif name in LIST_KEYS:
            # As many values as tests could want each one of its own.
            self.items = [(z3.Bool(f"{name} has {n}"), z3.String(f"{name} {n}")) for n in range(size)]
            self.universe += [text != "" for _, text in self.items]
        else:
            self.parts = [z3.String(name)]
            if name in ARN_KEYS:
                self.universe.append(z3.InRe(self.parts[0], arn_glob("arn:*:*:*:*:*")))

    def values(self, value):
        """The pairs by which the key is given a value; `None` for a list that is too long. Absent without one."""
        if value is None:
            value, present = self.nothing(), False
        else:
            present = True
        out = [(self.present, z3.BoolVal(present))]
        if self.name in LIST_KEYS:
            texts = as_list(value)
            if len(texts) > len(self.items):
                return None
            for n, (used, text) in enumerate(self.items):
                out += [(used, z3.BoolVal(n < len(texts))), (text, string(texts[n] if n < len(texts) else "x"))]
        elif self.name in ADDRESS_KEYS:
            address = ipaddress.ip_address(value)
            six = address.version == 6
            out += [(self.six, z3.BoolVal(six)), (self.v4, z3.IntVal(0 if six else int(address))),
                    (self.v6, z3.IntVal(int(address) if six else 0))]
        elif self.name in BOOL_KEYS:
            out.append((self.parts[0], z3.BoolVal(value == "true")))
        elif self.name in NUMBER_KEYS | DATE_KEYS:
            read = number(value) if self.name in NUMBER_KEYS else date(value)
            out.append((self.parts[0], z3.RealVal(str(read))))
        else:
            out.append((self.parts[0], string(value)))
        return out

    def nothing(self):
        """A value for a key that is absent; no test looks at it."""
        if self.name in LIST_KEYS:
            return []
        return "0.0.0.0" if self.name in ADDRESS_KEYS else "0" if self.name in NUMBER_KEYS | DATE_KEYS else ""


def string(text):
    """A text as z3 has it."""
    return z3.StringVal("".join(f"\\u{{{ord(it):x}}}" for it in text))


def number(text):
    """A decimal number; `None` for any other text."""
    return fractions.Fraction(text) if re.fullmatch(r"[+-]?\d+(\.\d*)?", text) else None


def date(text):
    """A moment as seconds since 1970."""
    if (read := number(text)) is not None:
        return read
    whole, _, rest = text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return fractions.Fraction(int(moment.timestamp())) + fractions.Fraction(f"0.{rest or 0}")


def arn_glob(text):
    """An ARN pattern of six fields, each held against its own."""
    *fields, last = text.split(":", 5)
    parts = [part for field in fields for part in (glob(field, NO_COLON), plain(":"))]
    return sequence(parts + [glob(last)])


class Meaning:
    """The formulas of one question. `past_colon`: whether a star at the end of an ARN's field runs past the colon;
    AWS's pages say both."""

    def __init__(self, documents, past_colon):
        self.past_colon = past_colon
        self.resource, self.principal = z3.String("resource"), z3.String("principal")
        tests = [key.lower() for document in documents for it in document["Statement"]
                 for keys in it.get("Condition", {}).values() for key in keys]
        self.size = 1 + sum(it in LIST_KEYS for it in tests)
        self.keys = {}
        arns = sequence([plain("arn:")] + [z3.Star(NO_COLON), plain(":")] * 4 + [z3.Star(ANY)])
        self.universe = [z3.Or(self.resource == "*", z3.InRe(self.resource, arns))]

    def key(self, name):
        """A key by its name."""
        name = name.lower()
        if name not in self.keys:
            self.keys[name] = Key(name, self.size)
            self.universe += self.keys[name].universe
        return self.keys[name]

    def variable(self, inside):
        """Whether a variable has a value, and the value. An empty one is none."""
        name, _, default = inside.partition(", '")
        key = self.key(name)
        has_value = z3.And(key.present, key.parts[0] != "")
        if default:
            return z3.BoolVal(True), z3.If(has_value, key.parts[0], string(default[:-1]))
        return has_value, key.parts[0]

    def fits(self, subject, text, variables, wild):
        """Whether a text matches a pattern, and whether the pattern has a value."""
        text = re.sub(r"\$\{([*?$])\}", lambda it: {"*": "\0", "?": "\1", "$": "\2"}[it[1]], text) if variables else text
        literal = lambda it: it.translate({0: "*", 1: "?", 2: "$"})
        found = VARIABLE.search(text) if variables else None
        if not found:
            if not wild:
                return z3.BoolVal(True), subject == string(literal(text))
            parts = [z3.Star(ANY) if it == "*" else ANY if it == "?" else plain(literal(it)) for it in text]
            return z3.BoolVal(True), z3.InRe(subject, sequence(parts))
        present, value = self.variable(found[1])
        before, after = text[: found.start()], text[found.end():]
        if wild and after.endswith("*"):
            return present, z3.PrefixOf(z3.Concat(string(before), value, string(after[:-1])), subject)
        if wild and before == "*":
            return present, z3.SuffixOf(z3.Concat(value, string(after)), subject)
        return present, subject == z3.Concat(string(before), value, string(after))

    def of_resource(self, text, variables):
        """Whether the resource matches a pattern."""
        if text == "*":
            return z3.BoolVal(True)
        fields = text.split(":", 5)
        fields += ["*"] * (6 - len(fields))
        if variables and VARIABLE.search(fields[5]):
            present, fits = self.fits(self.resource, ":".join(fields), variables, True)
            return z3.And(present, fits)
        past = z3.Star(ANY) if self.past_colon else z3.Star(NO_COLON)
        parts = [part for it in fields[:5] for part in (glob(it, NO_COLON, past), plain(":"))]
        return z3.InRe(self.resource, sequence(parts + [glob(fields[5])]))

    def of_principal(self, value, is_exempt):
        """Whether the principal is one of an element's. `is_exempt`: of a `Deny` with `NotPrincipal`, which passes only
        the principal itself."""
        if value == "*":
            return z3.BoolVal(True)
        return z3.Or([self.entry(kind, it, is_exempt) for kind, all in value.items() for it in as_list(all)])

    def entry(self, kind, text, is_exempt):
        """Whether the principal is one that an entry stands for."""
        who = self.principal
        if kind != "AWS":
            return who == text
        if text == "*":
            return z3.BoolVal(True)
        account = re.fullmatch(r"\d{12}|arn:aws:iam::\d{12}:root", text)
        if account:
            # Its number and its root user mean the same, and it is in one partition.
            number = text.split(":")[4] if text.startswith("arn") else text
            own = ["iam root"] if is_exempt else ACCOUNT
            globs = [f"arn:*:{it.replace(' ', f':*:{number}:')}" for it in own]
            return z3.Or([z3.InRe(who, arn_glob(it)) for it in globs])
        fits = [who == text]
        *_, number, resource = text.split(":", 5)
        if resource.startswith("role/") and not is_exempt:
            role = resource.rsplit("/", 1)[1]
            start = plain(f"arn:aws:sts::{number}:assumed-role/")
            fits.append(z3.InRe(who, sequence([start, folded(role), plain("/"), z3.Star(ANY)])))
        if resource.startswith("user/") and not is_exempt:
            fits.append(who == f"arn:aws:sts::{number}:federated-user/{resource.split('/', 1)[1]}")
        return z3.Or(fits)

    def test(self, operator, name, values, variables):
        """Whether a test of a `Condition` holds."""
        key, values = self.key(name), as_list(values)
        has_values = z3.BoolVal(True)
        if key.name in LIST_KEYS:
            has_values = z3.Or([used for used, _ in key.items])
        elif key.name not in NUMBER_KEYS | DATE_KEYS | ADDRESS_KEYS | BOOL_KEYS:
            has_values = key.parts[0] != ""
        if operator == "Null":
            is_null = z3.Not(z3.And(key.present, has_values))
            return z3.Or([is_null if it == "true" else z3.Not(is_null) for it in values])
        base = operator.split(":")[-1]
        exists = base.endswith("IfExists")
        base = base.removesuffix("IfExists")
        negated = "Not" in base
        one = lambda subject: self.one(base.replace("Not", ""), negated, key, subject, values, variables)
        if ":" not in operator:
            holds = one(key.parts[0])
            absent = exists or negated
            return z3.Or(z3.Not(key.present), holds) if absent else z3.And(key.present, holds)
        items = key.items if key.name in LIST_KEYS else [(has_values, key.parts[0])]
        if operator.startswith("ForAllValues"):
            every = [z3.Implies(used, one(text)) for used, text in items]
            return z3.Or(z3.Not(key.present), z3.And(every))
        some = z3.Or([z3.And(used, one(text)) for used, text in items])
        return z3.Or(z3.Not(key.present), some) if exists else z3.And(key.present, some)

    def one(self, base, negated, key, subject, values, variables):
        """Whether one value stands to those of the policy as the operator asks. A comparison that cannot be made is
        false, for a negated operator too; a variable without a value only for the others."""
        fits = []
        for value in values:
            present, it = self.compare(base, key, subject, value, variables)
            if it is None:
                fits.append(z3.BoolVal(negated))
            else:
                fits.append(z3.And(present, it))
        return z3.Not(z3.Or(fits)) if negated else z3.Or(fits)

    def compare(self, base, key, subject, value, variables):
        """Whether a value of a policy has a value itself, and whether the request's compares with it."""
        always = z3.BoolVal(True)
        if base.startswith("Numeric") or base.startswith("Date"):
            read = number(value) if base.startswith("Numeric") else date(value)
            if read is None:
                return always, None
            bound = z3.RealVal(str(read))
            order = base.removeprefix("Numeric").removeprefix("Date")
            return always, {"Equals": subject == bound, "LessThan": subject < bound, "LessThanEquals": subject <= bound,
                            "GreaterThan": subject > bound, "GreaterThanEquals": subject >= bound}[order]
        if base == "IpAddress":
            try:
                net = ipaddress.ip_network(value, strict=False)
            except ValueError:
                return always, None
            low, high = int(net.network_address), int(net.broadcast_address)
            own = key.v6 if net.version == 6 else key.v4
            return always, z3.And(key.six == (net.version == 6), own >= low, own <= high)
        if base == "Bool":
            return always, subject == (value == "true")
        if base.startswith("Arn"):
            if VARIABLE.search(value) and variables:
                return self.fits(subject, value, variables, True)
            return always, z3.InRe(subject, arn_glob(value)) if value.count(":") >= 5 else None
        if base.endswith("IgnoreCase"):
            literal = value.replace("${*}", "*") if variables else value
            return always, z3.InRe(subject, folded(literal))
        return self.fits(subject, value, variables, base.endswith("Like"))

    def applies(self, statement, variables):
        """Whether a statement applies to a request for one of its actions."""
        facts = []
        for name in ("Resource", "NotResource"):
            if name in statement:
                any_of = z3.Or([self.of_resource(it, variables) for it in as_list(statement[name])])
                facts.append(z3.Not(any_of) if name.startswith("Not") else any_of)
        if "Principal" in statement:
            facts.append(self.of_principal(statement["Principal"], False))
        if "NotPrincipal" in statement:
            facts.append(z3.Not(self.of_principal(statement["NotPrincipal"], statement["Effect"] == "Deny")))
        for operator, keys in statement.get("Condition", {}).items():
            facts += [self.test(operator, key, values, variables) for key, values in keys.items()]
        return z3.And(facts)

    def granted(self, document, covers):
        """Whether a document allows a request for an action and does not deny it. `covers` says which statements
        cover the action."""
        variables = document["Version"] == "2012-10-17"
        own = [it for it in document["Statement"] if covers(it)]
        by = lambda effect: z3.Or([self.applies(it, variables) for it in own if it["Effect"] == effect])
        return z3.And(by("Allow"), z3.Not(by("Deny")))
