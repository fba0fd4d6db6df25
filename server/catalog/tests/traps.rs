//! Where the permission has another name than the call, where one is not enough, and where a source of the catalogue
//! is known to be wrong: each has a home in the data, and a line here that says so.

#![cfg(test)]

use catalog::{Action, ConditionKey, Service, ValueType, catalog};

fn action(name: &str) -> Action {
    catalog().find_action(name).unwrap_or_else(|| panic!("{name} is missing"))
}

fn service(prefix: &str) -> Service {
    catalog().service(prefix).unwrap_or_else(|| panic!("{prefix} is missing"))
}

fn key(name: &str) -> ConditionKey {
    catalog().condition_key(name).unwrap_or_else(|| panic!("{name} is missing"))
}

fn types_of(name: &str) -> Vec<&'static str> {
    action(name).resource_types().map(|it| it.name()).collect()
}

fn formats(prefix: &str, resource: &str) -> Vec<&'static str> {
    let found = service(prefix).resource_type(resource).unwrap_or_else(|| panic!("{resource} is missing"));
    found.arn_formats().collect()
}

#[track_caller]
fn needs(name: &str, others: &[&str]) {
    let dependents: Vec<String> = action(name).dependent_actions().map(Action::full_name).collect();
    for other in others {
        assert!(dependents.iter().any(|it| it == other), "{name} does not need {other}, but {dependents:?}");
    }
}

#[track_caller]
fn says(text: Option<&str>, words: &[&str]) {
    let text = text.expect("a text");
    assert!(words.iter().all(|it| text.contains(it)), "{text}\nshould speak of {words:?}");
}

/// The description of an action and its notes as one text.
fn told(name: &str) -> String {
    let action = action(name);
    action.description().into_iter().chain(action.notes()).collect::<Vec<_>>().join("\n")
}

#[test]
fn calls_are_authorised_by_actions_of_other_names() {
    for (operation, actions, sometimes) in [
        (
            "Converse",
            "InvokeModel",
            vec!["bedrock:ApplyGuardrail", "bedrock:InvokeTool", "bedrock:CallWithBearerToken"],
        ),
        (
            "ConverseStream",
            "InvokeModelWithResponseStream",
            vec!["bedrock:ApplyGuardrail", "bedrock:InvokeTool", "bedrock:CallWithBearerToken"],
        ),
        ("InvokeModelWithResponseStream", "InvokeModelWithResponseStream InvokeModel", vec![]),
        ("InvokeModelWithBidirectionalStream", "InvokeModel", vec![]),
        ("StartAsyncInvoke", "InvokeModel", vec!["bedrock:TagResource"]),
        ("RetrieveAndGenerateStream", "RetrieveAndGenerate", vec![]),
        ("ListInvocationSteps", "ListInvocationSteps ListInvocations", vec![]),
    ] {
        let found = catalog().operation("bedrock", operation).unwrap_or_else(|| panic!("{operation}"));
        let names: Vec<_> = found.actions().map(|it| it.name()).collect();
        assert_eq!(names.join(" "), actions, "{operation}");
        assert_eq!(found.sometimes().map(Action::full_name).collect::<Vec<_>>(), sometimes, "{operation}");
    }
    let update = catalog().operation("sagemaker-featurestore-runtime", "UpdateRecord").unwrap();
    assert_eq!(update.actions().map(Action::full_name).collect::<Vec<_>>(), ["sagemaker:PutRecord"]);
    says(update.note(), &["sagemaker:IsUpdateRecord"]);
    let stream = catalog().operation("sagemaker-runtime", "InvokeEndpointWithResponseStream").unwrap();
    assert!(stream.sometimes().any(|it| it == action("sagemaker:InvokeEndpoint")));
    says(catalog().operation("bedrock", "InvokeModelWithBidirectionalStream").unwrap().note(), &["API key"]);
}

#[test]
fn names_of_apis_lead_to_prefixes() {
    for (name, prefix) in [
        ("bedrock-runtime", "bedrock"),
        ("bedrock-agent", "bedrock"),
        ("bedrock-agent-runtime", "bedrock"),
        ("bedrock-data-automation", "bedrock"),
        ("bedrock-data-automation-runtime", "bedrock"),
        ("bedrock-agentcore-control", "bedrock-agentcore"),
        ("sagemaker-runtime", "sagemaker"),
        ("runtime.sagemaker", "sagemaker"),
        ("sagemaker-featurestore-runtime", "sagemaker"),
        ("sagemaker-metrics", "sagemaker"),
        ("sagemaker-edge", "sagemaker"),
        ("sagemaker-a2i-runtime", "sagemaker"),
        ("sagemakerjobruntime", "sagemaker"),
        ("sagemaker-geospatial-runtime", "sagemaker-geospatial"),
        ("marketplace-entitlement", "aws-marketplace"),
        ("resourcegroupstaggingapi", "tag"),
        ("cloudcontrol", "cloudformation"),
    ] {
        assert_eq!(catalog().endpoint_prefix(name), Some(service(prefix)), "{name}");
    }
    assert_eq!(catalog().endpoint_prefix("sagemaker-mlflow"), None, "a prefix of its own");
}

#[test]
fn operations_newer_than_the_catalogue_are_unconfirmed() {
    for name in [
        "sagemaker:CreateInferenceRouter",
        "sagemaker:InvokeInferenceRouter",
        "sagemaker:InvokeInferenceRouterAsync",
        "sagemaker:CreateClusterExtension",
    ] {
        assert!(catalog().is_unconfirmed(name), "{name}");
        assert_eq!(catalog().find_action(name), None, "{name}");
    }
    assert!(catalog().notes_on_action("sagemaker:invokeinferencerouter").any(|it| it.contains("endpoint")));
    assert_eq!(catalog().notes_on_action("sagemaker:nosuch").count(), 0);
}

#[test]
fn further_permissions_a_call_takes() {
    needs("bedrock:ApplyGuardrail", &["bedrock:InvokeAutomatedReasoningPolicy"]);
    needs("bedrock:ListInvocationSteps", &["bedrock:ListInvocations"]);
    for name in [
        "CreateModelCustomizationJob",
        "CreateModelImportJob",
        "CreateModelInvocationJob",
        "CreateEvaluationJob",
        "CreateCustomModel",
        "CreateMarketplaceModelEndpoint",
        "CreateAgent",
        "UpdateAgent",
        "CreateKnowledgeBase",
        "CreateFlow",
    ] {
        needs(&format!("bedrock:{name}"), &["iam:PassRole"]);
    }
    for name in ["CreateGuardrail", "CreateAgent", "CreateInferenceProfile", "CreateModelInvocationJob"] {
        needs(&format!("bedrock:{name}"), &["bedrock:TagResource"]);
    }
    needs("bedrock-agentcore:InvokeAgentRuntime", &["bedrock-agentcore:InvokeAgentRuntimeForUser"]);
    needs("bedrock-agentcore:InvokeHarness", &["bedrock-agentcore:InvokeAgentRuntime"]);
    needs("bedrock-agentcore:CreateHarness", &["iam:PassRole", "bedrock-agentcore:CreateMemory"]);
    needs("bedrock-agentcore:UpdateHarness", &["iam:PassRole", "bedrock-agentcore:UpdateAgentRuntime"]);
    needs("sagemaker:CreateTrainingJob", &["iam:PassRole", "sagemaker:AddTags"]);
    needs("sagemaker:CreateTrainingPlan", &["sagemaker:CreateReservedCapacity", "sagemaker:AddTags"]);
    needs("sagemaker:CreateCluster", &["iam:PassRole", "ec2:DescribeImages", "eks:CreateAccessEntry"]);
    needs("sagemaker:UpdateClusterSoftware", &["ec2:DescribeImages"]);
    needs("sagemaker:CreateAIBenchmarkJob", &["iam:PassRole", "sagemaker:AddTags"]);
    needs("sagemaker:BatchWriteRecord", &["sagemaker:PutRecord"]);
    let tagging = service("sagemaker").actions();
    let add_tags = action("sagemaker:AddTags");
    let n_tagging = tagging.filter(|it| it.dependent_actions().any(|it| it == add_tags)).count();
    assert!(n_tagging >= 63, "{n_tagging} actions of SageMaker need AddTags");
}

/// Every operation that tags on creation is one that needs `AddTags`, as far as it is an action.
#[test]
fn tagging_actions_need_add_tags() {
    let add_tags = action("sagemaker:AddTags");
    for name in key("sagemaker:TaggingAction").values() {
        let Some(tags) = service("sagemaker").action(name) else {
            assert!(catalog().is_unconfirmed(&format!("sagemaker:{name}")), "{name}");
            continue;
        };
        assert!(tags.dependent_actions().any(|it| it == add_tags), "{name}");
    }
}

#[test]
fn what_can_be_named_and_what_cannot() {
    for name in [
        "bedrock:InvokeGuardrailChecks",
        "bedrock:RetrieveAndGenerate",
        "bedrock:InvokeInlineAgent",
        "bedrock:Rerank",
        "bedrock:OptimizePrompt",
        "bedrock:GenerateQuery",
        "bedrock:AgenticRetrieveStream",
        "bedrock:CallWithBearerToken",
        "bedrock:ListFoundationModels",
        "bedrock:ListInferenceProfiles",
        "bedrock:ListCustomModels",
        "bedrock:ListKnowledgeBases",
        "bedrock:ListAgents",
        "bedrock:GetFoundationModelAvailability",
        "bedrock:CreateAgent",
        "bedrock:CreateKnowledgeBase",
        "bedrock:CreateFlow",
        "bedrock:CreatePrompt",
        "bedrock:CreateSession",
        "bedrock:PutEnforcedGuardrailConfiguration",
        "bedrock:PutAccountDataRetention",
        "bedrock:PutModelInvocationLoggingConfiguration",
        "sagemaker:Search",
        "sagemaker:GetSearchSuggestions",
        "sagemaker:QueryLineage",
        "sagemaker:RenderUiTemplate",
        "sagemaker:ListTrainingPlans",
    ] {
        assert!(action(name).requires_wildcard_resource(), "{name}");
    }
    let without = |prefix| {
        let lists = service(prefix).actions().filter(|it| it.name().starts_with("List"));
        let (without, with): (Vec<_>, Vec<_>) = lists.partition(|it| it.requires_wildcard_resource());
        (without.len(), with.len())
    };
    assert_eq!(without("bedrock"), (23, 27));
    assert_eq!(without("sagemaker"), (77, 19));
    for (name, types) in [
        ("bedrock:CountTokens", vec!["foundation-model"]),
        ("bedrock:GetFoundationModel", vec!["foundation-model"]),
        ("bedrock:ApplyGuardrail", vec!["guardrail", "guardrail-profile"]),
        ("bedrock:InvokeAgent", vec!["agent-alias"]),
        ("bedrock:InvokeFlow", vec!["flow-alias"]),
        ("bedrock:RenderPrompt", vec!["prompt", "prompt-version"]),
        ("bedrock-mantle:CreateInference", vec!["project"]),
        ("sagemaker:InvokeEndpointAsync", vec!["endpoint"]),
        ("sagemaker:CreatePresignedDomainUrl", vec!["user-profile"]),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", vec!["notebook-instance"]),
    ] {
        assert_eq!(types_of(name), types, "{name}");
    }
    for (name, all) in [
        ("sagemaker:CreateEndpoint", true),
        ("sagemaker:UpdateEndpoint", true),
        ("sagemaker:DeployHubModel", true),
        ("sagemaker:TrainHubModel", true),
        ("bedrock:InvokeModel", false),
        ("bedrock:ListTagsForResource", false),
    ] {
        assert_eq!(action(name).needs_all_resources(), all, "{name}");
    }
    for name in ["sagemaker:CreateEndpointConfig", "sagemaker:CreateTransformJob"] {
        assert!(!types_of(name).contains(&"model"), "{name}");
        assert!(action(name).supports_key("sagemaker:ModelArn"), "{name}");
    }
    assert!(!action("sagemaker:InvokeEndpointAsync").supports_key("sagemaker:TargetModel"));
    assert!(action("bedrock:InvokeAgent").supports_key("aws:ResourceTag/team"), "by its resource type");
    for name in
        ["iam:PassRole", "sagemaker:DeployHubModel", "sagemaker:TrainHubModel", "bedrock:CallWithBearerToken"]
    {
        assert!(action(name).is_permission_only(), "{name}");
    }
}

#[test]
fn arns_whose_account_or_region_is_not_the_callers() {
    assert!(
        formats("bedrock", "foundation-model")
            .contains(&"arn:${Partition}:bedrock:::foundation-model/${ResourceId}")
    );
    assert!(
        formats("bedrock", "custom-model").iter().any(|it| it.ends_with("/${BaseModelId}/${ResourceId}"))
    );
    for (prefix, resource) in [
        ("bedrock-agentcore", "browser"),
        ("bedrock-agentcore", "code-interpreter"),
        ("bedrock-agentcore", "web-search"),
        ("bedrock-websearch", "tool"),
        ("sagemaker", "hub"),
        ("sagemaker", "hub-content"),
    ] {
        let found = formats(prefix, resource);
        assert!(found.iter().any(|it| it.contains(":${Region}:aws:")), "{prefix} {resource}: {found:?}");
    }
    assert_eq!(formats("bedrock-agentcore", "web-search").len(), 2, "AWS's pages give two forms");
    for it in catalog().services().flat_map(Service::resource_types) {
        assert!(
            it.arn_formats().all(|arn| !arn.contains(", ")),
            "{}: formats that are still joined",
            it.name()
        );
    }
}

#[test]
fn keys_the_sources_have_wrong() {
    for (name, expected) in [
        ("sagemaker:DirectGatedModelAccess", ValueType::Bool),
        ("bedrock-agentcore:KmsKeyArn", ValueType::Arn),
        ("bedrock-agentcore:PolicyEngineArn", ValueType::Arn),
        ("bedrock-mantle:CustomizedModelArn", ValueType::Arn),
        ("bedrock-mantle:ProjectArn", ValueType::Arn),
        ("bedrock-mantle:ReservationArn", ValueType::Arn),
        ("bedrock:GuardrailIdentifier", ValueType::Arn),
        ("aws:SourceVpcArn", ValueType::Arn),
    ] {
        assert_eq!(key(name).value_type(), expected, "{name}");
    }
    for prefix in ["sagemaker", "glacier", "elasticloadbalancing"] {
        assert!(catalog().condition_key(&format!("{prefix}:ResourceTag/")).is_none(), "{prefix}");
    }
    let listed = |name: &str| catalog().actions().any(|it| it.lists_key(key(name)));
    for it in service("bedrock-agentcore").condition_keys().filter(|it| !it.is_global()) {
        assert!(listed(it.name()), "{} belongs to no action", it.name());
    }
    for name in ["sagemaker:DomainId", "sagemaker:UserProfileName"] {
        assert!(!listed(name), "{name} is a variable rather than a key of actions");
        says(key(name).absent_note(), &["${sagemaker:"]);
    }
    for old in [
        "VolumeKmsKey",
        "OutputKmsKey",
        "HomeEfsFileSystemKmsKey",
        "DomainSharingOutputKmsKey",
        "FeatureGroupOnlineStoreKmsKey",
        "FeatureGroupOfflineStoreKmsKey",
    ] {
        let old = key(&format!("sagemaker:{old}"));
        assert!(old.deprecated_by().is_some_and(|it| listed(it.name())), "{}", old.name());
    }
    let multi = catalog().global_keys().filter(|it| it.multi_valued()).count();
    assert_eq!(multi, 7);
    for name in ["InstanceTypes", "VpcSubnets", "VpcSecurityGroupIds", "ImageArns"] {
        assert!(key(&format!("sagemaker:{name}")).multi_valued(), "{name}");
    }
}

#[test]
fn when_keys_are_absent() {
    says(key("bedrock:GuardrailIdentifier").absent_note(), &["guardrail"]);
    says(key("bedrock:InferenceProfileArn").absent_note(), &["direct"]);
    let product = "aws-marketplace:ProductId";
    assert!(action("aws-marketplace:Subscribe").supports_key(product));
    assert!(!action("aws-marketplace:Unsubscribe").supports_key(product));
    says(key("bedrock:ServiceTier").absent_note(), &["serviceTier"]);
    for name in ["NetworkIsolation", "InterContainerTrafficEncryption", "VpcSubnets", "VolumeKmsKeyArn"] {
        says(key(&format!("sagemaker:{name}")).absent_note(), &["Absent when"]);
    }
    says(key("bedrock:InferenceProfileArn").note(), &["Null"]);
    says(key("bedrock:GuardrailIdentifier").note(), &["numbered version"]);
    says(key("sagemaker:NetworkIsolation").note(), &["BoolIfExists"]);
    says(key("aws:RequestedRegion").note(), &["unspecified"]);
    assert!(key("aws:RequestedRegion").values().any(|it| it == "unspecified"));
    assert!(key("iam:PassedToService").values().any(|it| it == "sagemaker.amazonaws.com"));
    let linked = "sagemaker.application-autoscaling.amazonaws.com";
    assert!(key("iam:AWSServiceName").values().any(|it| it == linked));
    assert!(key("sagemaker:FileSystemType").values().eq(["EFS", "FSxLustre"]));
    let training = key("sagemaker:InstanceTypes").values_for(action("sagemaker:CreateTrainingJob")).len();
    let endpoint = key("sagemaker:InstanceTypes").values_for(action("sagemaker:CreateEndpointConfig")).len();
    assert_eq!((training, endpoint), (225, 277));
}

/// What only a sentence can say.
#[test]
fn sentences_name_the_trap() {
    for (name, words) in [
        (
            "bedrock:InvokeModel",
            vec![
                "Deny InvokeModelWithResponseStream",
                "RenderPrompt",
                "aws-marketplace:Subscribe",
                "GetInvoke",
            ],
        ),
        ("bedrock:InvokeModelWithResponseStream", vec!["leaves this way open", "ApplyGuardrail"]),
        ("bedrock:RetrieveAndGenerate", vec!["Retrieve", "InvokeModel"]),
        ("bedrock:CreateGuardrail", vec!["guardrail/*"]),
        ("bedrock:CreateModelInvocationJob", vec!["role passed needs InvokeModel"]),
        ("bedrock:CallWithBearerToken", vec!["forbid API keys", "Agents"]),
        ("bedrock:CreateMarketplaceModelEndpoint", vec!["SageMaker", "aws:CalledViaLast"]),
        ("bedrock-mantle:CreateInference", vec!["not on a model", "bedrock-mantle:Model"]),
        ("bedrock-agentcore:InvokeAgentRuntimeForUser", vec!["any user"]),
        ("sagemaker:InvokeEndpointAsync", vec!["Not included in InvokeEndpoint"]),
        ("sagemaker:PutRecord", vec!["UpdateRecord", "sagemaker:IsUpdateRecord"]),
        ("sagemaker:AddTags", vec!["sagemaker:TaggingAction"]),
        ("sagemaker:CreateDomain", vec!["iam:CreateServiceLinkedRole"]),
        ("sagemaker:CreateTrainingJob", vec!["execution role", "ec2:CreateNetworkInterface"]),
        ("sagemaker:DescribeModelCard", vec!["kms:Decrypt"]),
        ("sagemaker:DescribeModelPackage", vec!["kms:Decrypt"]),
        ("sagemaker:Search", vec!["Deny on Describe", "SearchVisibilityCondition"]),
        ("sagemaker:CreatePresignedDomainUrl", vec!["wildcard"]),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", vec!["later traffic"]),
        ("sagemaker:CreatePresignedMlflowTrackingServerUrl", vec!["sagemaker-mlflow:AccessUI"]),
        ("sagemaker:CreateEndpoint", vec!["both", "application-autoscaling"]),
        ("iam:PassRole", vec!["iam:PassedToService", "Not an API operation"]),
        ("kms:CreateGrant", vec!["kms:GrantIsForAWSResource"]),
    ] {
        says(Some(&told(name)), &words);
    }
    let about = |prefix: &str, name: &str| {
        let it = service(prefix).resource_type(name).unwrap_or_else(|| panic!("{name}"));
        it.description().into_iter().chain(it.notes()).collect::<Vec<_>>().join("\n")
    };
    for (prefix, name, words) in [
        ("bedrock", "foundation-model", vec!["account", "Region", "`us.`"]),
        ("bedrock", "inference-profile", vec!["foundation-model", "SCP"]),
        ("bedrock", "application-inference-profile", vec!["behind it"]),
        ("bedrock", "provisioned-model", vec!["this ARN"]),
        ("bedrock", "custom-model-deployment", vec!["not the model's"]),
        ("bedrock", "guardrail-profile", vec!["every Region"]),
        ("sagemaker", "app", vec!["space"]),
        ("sagemaker", "hub", vec!["account aws"]),
    ] {
        says(Some(&about(prefix, name)), &words);
    }
    for (prefix, others) in [
        ("bedrock", vec!["bedrock-mantle", "bedrock-agentcore", "bedrock-websearch"]),
        ("sagemaker", vec!["sagemaker-mlflow", "sagemaker-geospatial"]),
    ] {
        says(service(prefix).notes().next(), &others);
    }
    let geography = |prefix| catalog().geography(prefix).unwrap_or_else(|| panic!("{prefix}"));
    assert!(geography("global").any_region());
    let destinations = |id: &str, source: &str| {
        catalog().inference_profile(id).and_then(|it| it.destinations(source)).unwrap_or_default()
    };
    assert!(destinations("us.cohere.embed-v4:0", "us-west-1").contains(&"us-west-1"), "it adds itself");
}
