//! Facts about AWS the catalogue must tell, whatever a refresh brings; and that all of it can be read.

#![cfg(test)]

use catalog::{
    AccessLevel, Action, Certainty, CheckType, Consequence, ModelStatus, Operator, ValueKind, ValueType,
    WhiteSpace, catalog,
};

fn action(name: &str) -> Action {
    catalog().find_action(name).unwrap_or_else(|| panic!("{name} is missing"))
}

fn full_names(actions: impl Iterator<Item = Action>) -> Vec<String> {
    actions.map(Action::full_name).collect()
}

fn types_of(name: &str) -> Vec<&'static str> {
    action(name).resource_types().map(|it| it.name()).collect()
}

#[test]
fn sizes() {
    let catalog = catalog();
    assert_eq!(catalog.date(), "2026-10-27");
    assert_eq!(catalog.services().len(), 457);
    assert_eq!(catalog.action_count(), 22_321);
    assert_eq!(catalog.actions_matching("*").count(), catalog.action_count());
    assert_eq!(catalog.services().map(|it| it.resource_types().len()).sum::<usize>(), 2_348);
    let of = |prefix| catalog.service(prefix).map(|it| (it.actions().len(), it.resource_types().len()));
    assert_eq!(of("bedrock"), Some((269, 41)));
    assert_eq!(of("bedrock-agentcore"), Some((258, 33)));
    assert_eq!(of("sagemaker"), Some((460, 74)));
    assert_eq!(of("sagemaker-mlflow"), Some((61, 1)));
}

#[test]
fn everything_can_be_read() {
    let catalog = catalog();
    for (row, service) in catalog.services().enumerate() {
        assert!(!service.prefix().is_empty() && !service.title().is_empty(), "{row}");
        assert_eq!(catalog.service(&service.prefix().to_uppercase()), Some(service));
        for it in service.actions() {
            assert_eq!(it.service(), service);
            assert_eq!(service.action(&it.name().to_lowercase()), Some(it));
            assert_eq!(catalog.action(it.id()), Some(it));
            assert!(it.access_levels().any(|level| level == it.access_level()), "{}", it.full_name());
            assert!(it.resource_types().all(|resource| resource.service() == service));
            assert!(
                it.condition_keys()
                    .chain(it.resources().flat_map(|it| it.condition_keys()))
                    .all(|key| it.lists_key(key))
            );
            assert!(it.dependent_actions().all(|other| !other.name().is_empty()));
            assert!(!it.description_or_composed().is_empty());
        }
        for it in service.resource_types() {
            assert!(
                it.arn_formats().len() > 0 && it.arn_formats().all(|arn| arn.starts_with("arn:")),
                "{}",
                it.name()
            );
            assert!(it.arn_formats().all(|arn| arn.splitn(6, ':').count() == 6), "{}", it.name());
        }
    }
    for key in catalog.condition_keys() {
        assert_eq!(catalog.condition_key(&key.name().to_uppercase()), Some(key), "{}", key.name());
    }
    for profile in catalog.inference_profiles() {
        assert_eq!(catalog.inference_profile(profile.id()), Some(profile));
        assert!(profile.id().ends_with(profile.model().id()), "{}", profile.id());
        assert!(profile.id().starts_with(profile.geography().prefix()), "{}", profile.id());
    }
}

/// Names come from a keyboard.
#[test]
fn any_text_is_a_question() {
    let long = "x".repeat(10_000);
    for text in
        ["", ":", "::", "*:", ":*", "?", "s3:", "ö:ß", "a/b:c${", "aws:RequestTag/", "${", "s3:ö*", &long]
    {
        let catalog = catalog();
        assert_eq!(catalog.find_action(text), None);
        assert_eq!(catalog.actions_matching(text).count(), 0, "{text}");
        assert_eq!(catalog.operation(text, text), None);
        let _ = (
            catalog.nearest_service(text),
            catalog.nearest_condition_key(text),
            catalog.nearest_operator(text),
        );
        let _ = (
            catalog.condition_key(text),
            catalog.search(text, 3),
            catalog.tombstone(text),
            catalog.model(text),
        );
        let _ = action("s3:GetObject").service().nearest_action(text);
    }
}

#[test]
fn patterns_name_actions() {
    let catalog = catalog();
    assert_eq!(full_names(catalog.actions_matching("S3:getobject")), ["s3:GetObject"]);
    assert_eq!(full_names(catalog.actions_matching("bedrock:InvokeModel*")).len(), 2);
    assert_eq!(
        full_names(catalog.actions_matching("sagemaker:?nvokeEndpointAsync")),
        ["sagemaker:InvokeEndpointAsync"]
    );
    assert_eq!(catalog.actions_matching("bedrock:*").count(), 269, "and nothing of bedrock-agentcore");
    assert_eq!(catalog.actions_matching("*:*").count(), catalog.action_count());
    assert_eq!(catalog.actions_matching("s3*").count(), 0, "a pattern without colon names nothing");
    assert_eq!(catalog.actions_matching("nosuch:*").count(), 0);
}

#[test]
fn operations_whose_permission_has_another_name() {
    for (operation, needed) in [
        ("Converse", vec!["bedrock:InvokeModel"]),
        ("ConverseStream", vec!["bedrock:InvokeModelWithResponseStream"]),
        ("InvokeModelWithBidirectionalStream", vec!["bedrock:InvokeModel"]),
        ("StartAsyncInvoke", vec!["bedrock:InvokeModel"]),
        ("RetrieveAndGenerateStream", vec!["bedrock:RetrieveAndGenerate"]),
        ("ListInvocationSteps", vec!["bedrock:ListInvocationSteps", "bedrock:ListInvocations"]),
    ] {
        let found = catalog().operation("bedrock-runtime", operation).expect(operation);
        assert_eq!(full_names(found.actions()), needed, "{operation}");
    }
    assert_eq!(catalog().operation("bedrock", "InvokeAgent"), None, "the action has its name");
    assert!(catalog().operation("bedrock", "Converse").is_some_and(|it| it.note().is_some()));
}

#[test]
fn resource_levels() {
    assert!(action("bedrock:InvokeInlineAgent").requires_wildcard_resource());
    assert!(action("bedrock:CreateAgent").requires_wildcard_resource());
    assert!(action("bedrock:ListFoundationModels").requires_wildcard_resource());
    assert_eq!(types_of("bedrock:InvokeAgent"), ["agent-alias"]);
    assert_eq!(types_of("bedrock:InvokeFlow"), ["flow-alias"]);
    assert_eq!(types_of("bedrock:CountTokens"), ["foundation-model"]);
    assert_eq!(types_of("bedrock:ApplyGuardrail"), ["guardrail", "guardrail-profile"]);
    assert_eq!(types_of("sagemaker:CreateEndpoint"), ["endpoint", "endpoint-config"]);
    assert!(types_of("bedrock:CreateGuardrail").contains(&"guardrail"), "an example of AWS scopes it so");
    assert_eq!(types_of("bedrock:InvokeModel").len(), 12);
    assert!(action("sagemaker:CreateEndpoint").needs_all_resources());
    assert!(!action("bedrock:InvokeModel").needs_all_resources());
    let optional: Vec<_> =
        action("bedrock:ApplyGuardrail").resources().filter(|it| it.is_optional()).collect();
    assert_eq!(optional.len(), 1);

    let formats = |prefix: &str, name: &str| -> Vec<&str> {
        let resource = catalog().service(prefix).and_then(|it| it.resource_type(name)).expect(name);
        resource.arn_formats().collect()
    };
    assert_eq!(
        formats("bedrock", "foundation-model"),
        [
            "arn:${Partition}:bedrock:${Region}::foundation-model/${ResourceId}",
            "arn:${Partition}:bedrock:::foundation-model/${ResourceId}"
        ]
    );
    assert_eq!(formats("lex", "bot").len(), 2, "joined formats are split");
    assert_eq!(formats("s3", "bucket"), ["arn:${Partition}:s3:::${BucketName}"]);
}

#[test]
fn dependents_and_permissions() {
    let needs = |name: &str| full_names(action(name).dependent_actions());
    assert_eq!(needs("sagemaker:CreateTrainingJob"), ["iam:PassRole", "sagemaker:AddTags"]);
    assert_eq!(needs("bedrock:CreateModelInvocationJob"), ["bedrock:TagResource", "iam:PassRole"]);
    assert!(needs("sagemaker:CreateTrainingPlan").contains(&"sagemaker:CreateReservedCapacity".to_owned()));
    let pass_role = action("iam:PassRole");
    assert!(pass_role.is_permission_only() && action("bedrock:CallWithBearerToken").is_permission_only());
    assert!(!action("s3:PutBucketPolicy").is_permission_only());
    assert!(pass_role.supports_key("iam:PassedToService"));
    assert_eq!(pass_role.access_level(), AccessLevel::Write);
    let add_tags = action("sagemaker:AddTags");
    assert_eq!(add_tags.access_level(), AccessLevel::Tagging);
    assert_eq!(add_tags.access_levels().collect::<Vec<_>>(), [AccessLevel::Write, AccessLevel::Tagging]);
}

#[test]
fn condition_keys() {
    let key = |name: &str| catalog().condition_key(name).unwrap_or_else(|| panic!("{name} is missing"));
    for (name, template) in [
        ("aws:RequestTag/x", "aws:RequestTag/${TagKey}"),
        ("s3:ExistingObjectTag/Foo", "s3:ExistingObjectTag/${TagKey}"),
        ("s3:ExistingObjectTag/<key>", "s3:ExistingObjectTag/${TagKey}"),
        ("secretsmanager:ResourceTag/tag-key", "secretsmanager:ResourceTag/${TagKey}"),
        ("AWS:principaltag/Team", "aws:PrincipalTag/${TagKey}"),
    ] {
        assert_eq!(key(name).name(), template);
    }
    assert_eq!(key("sagemaker:DirectGatedModelAccess").value_type(), ValueType::Bool);
    assert_eq!(key("aws:SourceVpcArn").value_type(), ValueType::Arn);
    assert!(key("aws:TagKeys").multi_valued() && key("aws:CalledVia").multi_valued());
    assert!(!key("aws:PrincipalArn").multi_valued());
    assert!(catalog().condition_key("sagemaker:ResourceTag/").is_none(), "a bare prefix is no key");
    assert_eq!(
        key("sagemaker:VolumeKmsKey").deprecated_by().map(|it| it.name()),
        Some("sagemaker:VolumeKmsKeyArn")
    );
    assert_eq!(key("token.actions.githubusercontent.com:sub").value_type(), ValueType::String);
    assert!(catalog().is_provider_key("oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub"));
    assert!(!catalog().is_provider_key("aws:SourceIp") && !catalog().is_provider_key("s3:prefix"));
    let gateway = action("bedrock-agentcore:CreateGateway");
    assert!(gateway.supports_key("bedrock-agentcore:GatewayAuthorizerType"));
    assert!(gateway.supports_key("bedrock-agentcore:DiscoveryUrl"));
    assert!(!action("s3:GetObject").supports_key("bedrock:GuardrailIdentifier"));
    assert!(
        action("bedrock:InvokeAgent").lists_key(key("aws:ResourceTag/team")),
        "by way of the resource type"
    );
    for key in catalog().global_keys() {
        assert!(key.is_global() && key.description().is_some(), "{}", key.name());
    }
}

#[test]
fn values_of_condition_keys() {
    let key = |name: &str| catalog().condition_key(name).unwrap_or_else(|| panic!("{name} is missing"));
    let tier = key("bedrock:ServiceTier");
    assert_eq!(tier.values().collect::<Vec<_>>(), ["priority", "default", "flex", "reserved"]);
    assert_eq!((tier.value_kind(), tier.certainty()), (Some(ValueKind::Enum), Some(Certainty::High)));
    assert!(tier.absent_note().is_some() && !tier.always_present() && !tier.values_are_open());
    let types = key("sagemaker:InstanceTypes");
    assert_eq!(types.values_for(action("sagemaker:CreateTransformJob")).len(), 116);
    assert_eq!(types.values_for(action("sagemaker:CreateNotebookInstance")).len(), 189);
    assert!(types.values().len() > 400);
    assert!(key("aws:RequestedRegion").values().any(|it| it == "unspecified"));
    assert!(key("aws:CurrentTime").always_present());
    assert_eq!(key("sagemaker:KeepAlivePeriod").range(), Some((0, Some(21_600), "seconds")));
}

#[test]
fn operators() {
    let operator = |name: &str| catalog().operator(name).unwrap_or_else(|| panic!("{name} is missing"));
    assert_eq!(catalog().operators().len(), 27);
    assert!(operator("stringnotlike").negated() && operator("StringNotLike").wildcards());
    assert!(operator("ArnEquals").wildcards() && !operator("StringEquals").wildcards());
    assert!(!operator("NumericEquals").variables() && operator("NumericLessThan").ordering());
    assert_eq!(operator("Null").value_type(), ValueType::Null);
    for (wrong, right) in [
        ("StringEqual", "StringEquals"),
        ("StringEqualIgnoreCase", "StringEqualsIgnoreCase"),
        ("ArnNotLikes", "ArnNotLike"),
        ("IpAdress", "IpAddress"),
        ("StringLikes", "StringLike"),
    ] {
        assert_eq!(catalog().nearest_operator(wrong).map(Operator::name), Some(right), "{wrong}");
    }
    assert_eq!(catalog().nearest_operator("Contains"), None);
}

#[test]
fn services_by_other_names() {
    let prefix = |name: &str| catalog().endpoint_prefix(name).map(|it| it.prefix());
    assert_eq!(prefix("bedrock-runtime"), Some("bedrock"));
    assert_eq!(prefix("bedrock-agentcore-control"), Some("bedrock-agentcore"));
    assert_eq!(prefix("sagemaker-featurestore-runtime"), Some("sagemaker"));
    assert_eq!(prefix("bedrock"), None);
    let gone = catalog().service("elastic-inference").expect("a retired service is still known");
    assert!(gone.is_retired() && gone.actions().len() == 0);
    assert!(catalog().services().all(|it| it.prefix() != "elastic-inference"));
    assert!(catalog().is_unconfirmed("SageMaker:CreateInferenceRouter"));
    assert!(!catalog().is_unconfirmed("sagemaker:CreateEndpoint"));
    assert!(catalog().service("s3").is_some_and(|it| it.supports_rcp() && !it.is_retired()));
    assert!(catalog().service("bedrock").is_some_and(|it| !it.supports_rcp()));
}

#[test]
fn names_that_are_gone() {
    let gone = |name: &str| catalog().tombstone(name).unwrap_or_else(|| panic!("{name} is missing"));
    let when = |name: &str| gone(name).removed().map(|it| it.to_string());
    assert_eq!(
        when("evidently").as_deref(),
        Some("on 2025-10-16"),
        "an overlay knows more than the packages"
    );
    assert_eq!(when("elastic-inference").as_deref(), Some("in 2024-04"));
    assert_eq!(when("QuickSight:ListAutomationGroups").as_deref(), Some("between 2026-07-08 and 2026-10-27"));
    assert_eq!(when("deepracer"), None);
    assert!(gone("deepracer").note().is_some(), "then it says why");
    assert!(catalog().service("zocalo").is_some_and(|it| it.is_retired()));
    assert!(gone("cloudhsm:ListHapgs").is_reported_by_access_analyzer());
    assert!(!gone("securityagent:ListControls").is_reported_by_access_analyzer());
}

#[test]
fn models_and_profiles() {
    let model = |id: &str| catalog().model(id).unwrap_or_else(|| panic!("{id} is missing"));
    let sonnet = model("anthropic.claude-sonnet-4-20250514-v1:0");
    assert_eq!((sonnet.status(), sonnet.end_of_life()), (ModelStatus::Ended, Some("2026-10-14")));
    assert_eq!(sonnet.certainty(), Certainty::High);
    assert!(sonnet.successor().is_some_and(|it| it.status() == ModelStatus::Active));
    assert_eq!(model("ai21.j2-ultra-v1:0:8k").id(), "ai21.j2-ultra-v1");
    let profile = catalog().inference_profile("us.cohere.embed-v4:0").expect("a profile with routes");
    assert_eq!(profile.destinations("us-west-1").map(|it| it.len()), Some(4));
    assert_eq!(profile.destinations("eu-west-1"), None);
    let by_rule =
        catalog().inference_profile("eu.anthropic.claude-3-opus-20240229-v1:0").expect("one without");
    assert_eq!(by_rule.routes().count(), 0);
    assert!(by_rule.destinations("eu-west-1").is_some_and(|it| it.contains(&"eu-central-1")));
    assert!(catalog().geography("global").is_some_and(|it| it.any_region()));
}

#[test]
fn kinds_of_policy() {
    let kind = |name: &str| catalog().policy_kind(name).unwrap_or_else(|| panic!("{name} is missing"));
    assert_eq!(catalog().policy_kinds().len(), 8);
    assert!(kind("identity").forbidden().any(|it| it == "Principal"));
    assert!(kind("trust").forbidden().any(|it| it == "Resource"));
    assert_eq!(kind("rcp").effects().collect::<Vec<_>>(), ["Deny"]);
    assert_eq!(kind("rcp").only_principal(), Some("*"));
    assert!(kind("resource").one_of().any(|it| it == ("Principal", "NotPrincipal")));
    let quota = kind("scp").quotas().next().expect("a quota");
    assert_eq!((quota.limit(), quota.white_space()), (10_240, WhiteSpace::Counted));
    let quota = kind("boundary").quotas().next().expect("a quota");
    assert_eq!((quota.limit(), quota.white_space()), (6_144, WhiteSpace::Ignored));
    let known = |name: &str| catalog().element(name).is_some();
    for kind in catalog().policy_kinds() {
        let named = kind.required().chain(kind.allowed()).chain(kind.forbidden());
        assert!(
            named.chain(kind.one_of().flat_map(|(one, other)| [one, other])).all(known),
            "{}",
            kind.name()
        );
    }
    assert_eq!(catalog().partition_of("us-gov-west-1").map(|it| it.id()), Some("aws-us-gov"));
    assert!(catalog().service_principal("bedrock.amazonaws.com").is_some());
}

#[test]
fn requests_name_their_resources() {
    let catalog = catalog();
    let sagemaker = catalog.service("sagemaker").unwrap();
    let family = catalog.request_family(sagemaker).unwrap();
    let names = |resource: &str, placeholder: &str| {
        let it = sagemaker.resource_type(resource).unwrap();
        let format = it.arn_formats().next().unwrap();
        let found: Vec<Vec<&str>> =
            family.exceptions(it, format, placeholder).map(|it| it.names().collect()).collect();
        found
    };
    assert_eq!(names("automl-job", "AutoMLJobJobName"), [["autoMLJobName"]]);
    assert_eq!(names("workteam", "WorkteamName"), [[""; 0]]);
    assert_eq!(names("training-job", "TrainingJobName"), [[""; 0]; 0]);
    assert_eq!(catalog.request_family(catalog.service("iam").unwrap()), None);

    let bedrock = catalog.service("bedrock").unwrap();
    let model = bedrock.resource_type("foundation-model").unwrap();
    let family = catalog.request_family(bedrock).unwrap();
    for format in model.arn_formats() {
        let found: Vec<_> = family.exceptions(model, format, "ResourceId").collect();
        assert!(found.iter().any(|it| it.is_model() && it.names().any(|it| it == "modelId")), "{format}");
    }
}

#[test]
fn words_of_denials_are_known() {
    let catalog = catalog();
    assert!(catalog.denial_codes().any(|it| "Client.UnauthorizedOperation".contains(it)));
    let scp = catalog.denial_policies().find(|it| it.text() == "service control policy").unwrap();
    assert_eq!(scp.policy(), Some("scp"));
    for it in catalog.denial_messages() {
        assert!(it.meaning().is_some() && it.service().is_some(), "{}", it.text());
    }
    let actions = catalog.denial_messages().flat_map(|it| it.actions());
    assert!(actions.into_iter().any(|it| it.full_name() == "aws-marketplace:Subscribe"));
}

#[test]
fn consequences_name_actions_and_say_why() {
    for consequence in Consequence::ALL {
        let all: Vec<&str> = catalog().leading_to(consequence).collect();
        assert!(!all.is_empty(), "{consequence:?}");
        for name in all {
            assert!(catalog().actions_matching(name).next().is_some(), "{name}");
            let described = || action(name).description().is_some();
            assert!(name.contains('*') || described(), "{name} has no description, so no reason is given");
        }
    }
    assert!(catalog().leading_to(Consequence::Spend).any(|it| it == "bedrock:InvokeModel"));
}

#[test]
fn issue_codes_have_the_type_of_their_check() {
    let of = |code: &str| catalog().check_type(code);
    assert_eq!(of("INVALID_ACTION"), Some(CheckType::Error));
    assert_eq!(of("MISSING_VERSION"), Some(CheckType::Warning));
    assert_eq!(of("PASS_ROLE_WITH_STAR_IN_RESOURCE"), Some(CheckType::SecurityWarning));
    assert_eq!(of("REDUNDANT_ACTION"), Some(CheckType::Suggestion));
    assert_eq!(of("INVALID"), None);
}
