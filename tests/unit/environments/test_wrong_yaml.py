"""Every wrong file has its message: its place, the value, and the accepted values."""

# ruff: noqa: E501 - a case a line reads best

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mwaa_ecs.environments import ProblemsError, folder
from mwaa_ecs.errors import UserError
from mwaa_ecs.strict_yaml import MAXIMUM_BYTES

from .conftest import DEFAULTS, Render, Write

# The content of envs/dev.yaml, and a part of its message.
# The one call of a module whose names must differ.
CALL = """
module "jobs" {
  source  = "example/mwaa-ecs-operator/aws"
  tasks   = var.tasks
  network = var.network
"""

WRONG_DEV: dict[str, tuple[str | bytes, str]] = {
    # Files that are not a mapping, or not YAML
    "empty": ("", "dev.yaml:1:1: the file is empty; write {}"),
    "only a comment": ("# later\n", "dev.yaml:1:1: the file is empty"),
    "null": ("null\n", "dev.yaml:1:1: the file is empty"),
    "a list": ("- region: x\n", "dev.yaml:1:1: the file is a list, not a mapping"),
    "a word": ("dev\n", "dev.yaml:1:1: the file is a string, not a mapping"),
    "a number": ("42\n", "dev.yaml:1:1: the file is a number, not a mapping"),
    "two documents": ("a: {}\n---\nb: {}\n", "dev.yaml:2:1: a second document begins here"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\xff", "dev.yaml:1:1: byte 0x89 is not UTF-8"),
    "latin-1": ("inputs:\n  name: caf\xe9\n".encode("latin-1"), "dev.yaml:2:12: byte 0xe9 is not UTF-8"),
    "a zero byte": ("inputs: {name: a\x00}\n", "dev.yaml:1:17: this is not YAML: character #x0000"),
    "too large": (b"#" * (10 * 1024 * 1024), f"it has 10,485,760 bytes; at most {MAXIMUM_BYTES:,} are accepted"),
    "too deep": ("a: " + "[" * 60 + "]" * 60, "it is nested more than 40 levels deep"),
    "a tab indents": ("inputs:\n\tname: x\n", "dev.yaml:2:1: a tab indents this line; YAML accepts spaces only"),
    "a tab after blanks": ("inputs:\n  \tname: x\n", "dev.yaml:2:3: a tab indents this line"),
    "a colon in a value": ("inputs:\n  name: a: b\n", "dev.yaml:2:10: this is not YAML: mapping values"),
    "an open quote": ('inputs:\n  name: "x\n', "this is not YAML"),
    "an open bracket": ("inputs: {name: x\n", "this is not YAML"),
    "a name in braces": ("inputs: {name: ${environment}}\n", 'put ${...} in quotes: "${name}"'),
    # Scalars on which YAML readers disagree, and syntax that hides where a value comes from
    "an anchor": ("inputs: &a\n  name: x\n", "dev.yaml:1:9: inputs: the anchor &a"),
    "an alias": ("vars: {a: &x b}\ninputs:\n  name: *x\n", "dev.yaml:3:9: inputs.name: the alias *x"),
    "a merge key": ("inputs:\n  <<: {name: x}\n", "dev.yaml:2:3: inputs: the merge key <<"),
    "a tag": ("inputs:\n  name: !!str x\n", "dev.yaml:2:9: inputs.name: the tag !!str"),
    "a custom tag": ("inputs:\n  name: !Ref x\n", "the tag !Ref"),
    "a key twice": ("inputs: {}\nvars: {}\ninputs: {}\n", "dev.yaml:3:1: 'inputs' is set twice; the first is in line 1"),
    "a deep key twice": ("inputs:\n  tags:\n    a: x\n    a: y\n", "dev.yaml:4:5: inputs.tags: 'a' is set twice"),
    "a number as key": ("inputs:\n  tags:\n    1: x\n", "dev.yaml:3:5: inputs.tags: the key is a number; it must be a string; put it in quotes: '1'"),
    "a boolean as key": ("true: x\n", "the key is a boolean; it must be a string; put it in quotes: 'true'"),
    "a null key": ("~: x\n", "the key is null; it must be a string"),
    "a list as key": ("? [a]\n: x\n", "a key must be a string, not a list or a mapping"),
    "yes": ("inputs:\n  tasks:\n    etl: {public: yes}\n", "dev.yaml:3:19: inputs.tasks.etl.public: yes: write true for the boolean"),
    "Off": ("inputs:\n  tags: {a: Off}\n", "Off: write false for the boolean, or 'Off' in quotes for the word"),
    "an octal": ("inputs:\n  tasks:\n    etl: {cpu: 0256}\n", "0256: YAML readers disagree on this number"),
    "a number with _": ("inputs:\n  tasks:\n    etl: {cpu: 1_024}\n", "1_024: YAML readers disagree"),
    "base 60": ("inputs:\n  tags: {at: 22:30}\n", "22:30: YAML readers disagree"),
    "an exponent": ("inputs:\n  tags: {a: 1e3}\n", "1e3: YAML readers disagree"),
    "not a number": ("inputs:\n  tasks:\n    etl: {cpu: .nan}\n", ".nan: YAML readers disagree"),
    "a sign": ("inputs:\n  name: =\n", "=: YAML readers disagree on this sign; put it in quotes: '='"),
    "a date": ("inputs:\n  name: 2024-01-01\n", "dev.yaml:2:9: inputs.name: 2024-01-01: some YAML readers take this for a date; put it in quotes: '2024-01-01'"),
    "a date and a time": ("inputs:\n  name: 2024-01-01 10:00:00\n", "this for a date; put it in quotes: '2024-01-01 10:00:00'"),
    "base 60 with a fraction": ("inputs:\n  name: 190:20:30.15\n", "190:20:30.15: YAML readers disagree on this number"),
    "a fraction with _": ("inputs:\n  name: 1_000.5\n", "1_000.5: YAML readers disagree on this number"),
    "a signed fraction": ("inputs:\n  name: -.5\n", "-.5: YAML readers disagree on this number"),
    "infinite": ("inputs:\n  tasks:\n    etl: {cpu: 1.0e+400}\n", "dev.yaml:3:16: inputs.tasks.etl.cpu: 1.0e+400: the number is too large; put it in quotes for a string"),
    "vanishing": ("inputs:\n  tasks:\n    etl: {cpu: -1.0e-400}\n", "-1.0e-400: the number is too small"),
    "5,000 digits": ("inputs:\n  tasks:\n    etl: {cpu: " + "7" * 5000 + "}\n", "77777777777777777777...: a number has at most 100 characters, this has 5,000; put it in quotes for a string\n"),
    # Keys
    "an unknown key": ("regoin: eu-west-1\n", "dev.yaml:1:1: regoin: unknown key; did you mean 'region'? Accepted keys: region, account_id, profile, role_arn, backend, layers, vars, task_defaults, inputs"),
    "an input at the top": ("tasks: {}\n", "dev.yaml:1:1: tasks: unknown key"),
    "an unknown input": ("inputs:\n  taks: {}\n", "dev.yaml:2:3: inputs.taks: unknown key; did you mean 'tasks'? The module's variables: name, tasks, network, password, tags, anything"),
    "an unknown field": ("inputs:\n  tasks:\n    etl:\n      comand: [x]\n", "dev.yaml:4:7: inputs.tasks.etl.comand: unknown key; did you mean 'command'? Accepted keys: image, command, environment, cpu, memory, public, sidecars"),
    "another spelling": ("inputs:\n  network: {subnetIds: []}\n", "did you mean 'subnet_ids'?"),
    "nothing near": ("inputs:\n  zzz: 1\n", "anything\n"),
    # Types
    "a number for a string": ("inputs:\n  name: 42\n", 'dev.yaml:2:9: inputs.name: 42 is a number; expected a string; put it in quotes: "42"'),
    "a version for a string": ("inputs:\n  name: 1.10\n", 'inputs.name: 1.10 is a number; expected a string; put it in quotes: "1.10"'),
    "a number with its sign": ("inputs:\n  name: +5\n", 'inputs.name: +5 is a number; expected a string; put it in quotes: "+5"'),
    "a version in a var": ("vars: {v: 1.10}\ninputs:\n  name: ${v}\n", 'dev.yaml:1:11: vars.v: 1.10 is a number; expected a string; put it in quotes: "1.10" (as inputs.name in envs/dev.yaml:3:9)'),
    "NaN in quotes": ('inputs:\n  tasks:\n    etl: {cpu: "nan"}\n', '"nan" is a string; expected a number\n'),
    "infinity in quotes": ('inputs:\n  tasks:\n    etl: {cpu: "-inf"}\n', '"-inf" is a string; expected a number\n'),
    "5,000 digits in quotes": ("inputs:\n  tasks:\n    etl: {cpu: '" + "7" * 5000 + "'}\n", "7777... is a string; expected a number\n"),
    "a boolean for a string": ("inputs:\n  tags: {a: true}\n", 'dev.yaml:2:13: inputs.tags.a: true is a boolean; expected a string; put it in quotes: "true"'),
    "a string for a number": ('inputs:\n  tasks:\n    etl: {cpu: "256"}\n', 'inputs.tasks.etl.cpu: "256" is a string; expected a number; remove the quotes: 256'),
    "words for a number": ("inputs:\n  tasks:\n    etl: {cpu: one vCPU}\n", '"one vCPU" is a string; expected a number\n'),
    "a boolean for a number": ("inputs:\n  tasks:\n    etl: {cpu: true}\n", "true is a boolean; expected a number"),
    "a string for a boolean": ('inputs:\n  tasks:\n    etl: {public: "true"}\n', "expected true or false; write true or false without quotes"),
    "a number for a boolean": ("inputs:\n  tasks:\n    etl: {public: 1}\n", "1 is a number; expected true or false"),
    "a string for a list": ("inputs:\n  tasks:\n    etl: {command: run}\n", '"run" is a string; expected a list of strings; put it in brackets: ["run"]'),
    "commas for a list": ("inputs:\n  network: {subnet_ids: 'subnet-a,subnet-b'}\n", "commas do not separate values"),
    "a mapping for a list": ("inputs:\n  network:\n    subnet_ids: {a: b}\n", "it is a mapping; expected a list of strings"),
    "a list for a mapping": ("inputs:\n  tasks: [etl]\n", "inputs.tasks: it is a list; expected a mapping of names to mappings"),
    "a string for an object": ("inputs:\n  tasks: {etl: 'image:1'}\n", "a mapping with image, command"),
    "a number in a list": ("inputs:\n  tasks:\n    etl: {command: [sleep, 5]}\n", 'dev.yaml:3:28: inputs.tasks.etl.command.1: 5 is a number; expected a string; put it in quotes: "5"'),
    "null in a list": ("inputs:\n  tasks:\n    etl: {command: [~]}\n", "inputs.tasks.etl.command.0: null is not accepted in a list"),
    "a tuple too short": ("inputs:\n  network: {ports: [1]}\n", "inputs.network.ports: it has 1 values; expected 2"),
    "inputs as a list": ("inputs: [name]\n", "inputs: it is a list"),
    "a secret's value": ("inputs:\n  password: 12345\n", "inputs.password: a number; expected a string\n"),
    "a missing field": ("inputs:\n  tasks:\n    new: {cpu: 256}\n", "dev.yaml:3:5: inputs.tasks.new.image: it is missing and has no default; set it to a string"),
    "a missing input": ("inputs:\n  name: null\n", "inputs.name: it is missing and has no default; set it to a string"),
    "no inputs after the defaults": ("region: eu-west-1\ninputs:\n", "dev.yaml:2:1: inputs.name: it is missing and has no default; set it to a string (this null removes what the lower files set)"),
    "no tasks after the defaults": ("inputs:\n  tasks:\n", "dev.yaml:2:3: inputs.tasks: it is missing and has no default; set it to a mapping of names to mappings (this null removes"),
    "a missing nested field": ("inputs:\n  tasks:\n    etl:\n      sidecars: {log: {}}\n", "inputs.tasks.etl.sidecars.log.image: it is missing"),
    # A null that removes nothing
    "a null for an unknown input": ("inputs: {taks: null}\n", "dev.yaml:1:10: inputs.taks: unknown key; did you mean 'tasks'? The module's variables: name, tasks, network, password, tags, anything"),
    "a null for an unknown field": ("inputs: {tasks: {etl: {cpuu: null}}}\n", "dev.yaml:1:24: inputs.tasks.etl.cpuu: unknown key; did you mean 'cpu'? Accepted keys: image, command, environment, cpu, memory, public, sidecars"),
    "a null for a task that is not there": ("inputs: {tasks: {etll: null}}\n", "dev.yaml:1:18: inputs.tasks.etll: null removes a key that lower files set, and they do not set 'etll'; did you mean 'etl'? They set: etl"),
    "a null for a tag that is not there": ("inputs: {tags: {a: null}}\n", "inputs.tags.a: null removes a key that lower files set, and they do not set 'a'; remove the line\n"),
    "a null in a new task": ("inputs: {tasks: {new: {image: x, sidecars: {log: {imgae: null}}}}}\n", "inputs.tasks.new.sidecars.log.imgae: unknown key; did you mean 'image'? Accepted keys: image"),
    "a null for a var that is not there": ("vars: {a: null}\n", "vars.a: null removes a key that lower files set, and they do not set 'a'"),
    "a null for an unknown setting of the state": ("backend: {pth: null}\n", "dev.yaml:1:11: backend.pth: unknown key; did you mean 'path'? Accepted keys: acl, bucket, dynamodb_table, encrypt, key,"),
    # Names to fill in
    "an unknown name": ("inputs:\n  name: x-${enviroment}\n", "dev.yaml:2:9: inputs.name: ${enviroment}: unknown name; did you mean 'environment'? Accepted names: account_id, environment, partition, region"),
    "no closing brace": ("inputs:\n  name: x-${environment\n", "the closing } is missing"),
    "an expression": ("inputs:\n  name: ${upper(region)}\n", "expected a name, e.g. ${region}; expressions are not computed"),
    "a circle": ("vars: {a: 'x${b}', b: 'y${c}', c: 'z${a}'}\n", "a -> b -> c -> a is a circular reference"),
    "a circle of one": ("vars: {a: 'x${a}'}\n", "a -> a is a circular reference"),
    "a boolean in a string": ("vars: {a: true}\ninputs:\n  name: 'x${a}'\n", "dev.yaml:1:11: vars.a: it is true, a boolean; a string accepts only strings and numbers (as inputs.name in"),
    "a version in a text": ("vars: {v: 1.10}\ninputs:\n  name: etl:${v}\n", 'dev.yaml:1:11: vars.v: the number 1.10 becomes 1.1 in a string; put it in quotes: "1.10" (as inputs.name in envs/dev.yaml:3:9)'),
    "a version in a text by another name": ("vars: {v: 1.10, w: '${v}'}\ninputs:\n  name: etl:${w}\n", "dev.yaml:1:11: vars.v: the number 1.10 becomes 1.1 in a string"),
    "a signed number in a text": ("vars: {v: +5}\ninputs:\n  name: etl:${v}\n", "vars.v: the number +5 becomes 5 in a string"),
    "a chain of names": ("vars:\n" + "".join(f"  v{n}: ${{v{n + 1}}}\n" for n in range(2000)) + "  v2000: x\ninputs: {name: '${v0}'}\n", "names refer to names more than 100 levels deep; write the value out"),
    "a name of the wrong type": ("vars: {cpu: small}\ninputs:\n  tasks:\n    etl: {cpu: '${cpu}'}\n", 'dev.yaml:1:13: vars.cpu: "small" is a string; expected a number (as inputs.tasks.etl.cpu in'),
    "a name in a key": ("inputs:\n  tags:\n    ${region}: x\n", "names are filled in values, not in keys"),
    "a var called region": ("vars: {region: x}\n", "vars.region: ${region} is a built-in name; use another"),
    "a var that is a list": ("vars: {a: [1]}\n", "vars.a: it is a list; expected a string, a number, true or false"),
    "a var with a blank": ("vars: {a b: x}\n", "vars.a b: a name has only letters, digits, _ and -"),
    "vars as a list": ("vars: [a]\n", "vars: it is a list"),
    "inputs as a name": ("vars: {x: y}\ninputs: ${x}\n", 'dev.yaml:2:9: inputs: "${x}" is a string; expected a mapping of names to values'),
    "a backend as a name": ("backend: ${b}\n", 'backend: "${b}" is a string; expected a mapping of names to values'),
    "vars as a name": ("vars: ${x}\n", 'vars: "${x}" is a string; expected a mapping of names to values'),
    "a region of its partition": ("region: ${partition}\n", "dev.yaml:1:9: region: partition -> region -> partition is a circular reference"),
    "a region of its own": ("region: ${region}\n", "region: region -> region is a circular reference"),
    # Settings
    "an account as a number": ("account_id: 111111111111\n", 'dev.yaml:1:13: account_id: 111111111111 is a number; expected a string; put it in quotes: "111111111111"'),
    "an account too short": ("account_id: '11111111111'\n", "account_id: '11111111111': expected twelve digits in quotes, not 11 characters"),
    "an account in other digits": ("account_id: '١٢٣٤٥٦٧٨٩٠١٢'\n", "expected twelve digits"),
    "an account with hyphens": ("account_id: '1111-1111-1111'\n", "expected twelve digits"),
    "an account's alias": ("account_id: my-company\n", "expected twelve digits"),
    "no account": ("account_id: null\n", "account_id: it is missing"),
    "no region": ("region: null\n", "region: it is missing; expected an AWS region"),
    "a misspelt region": ("region: eu-wset-1\n", "region: 'eu-wset-1': expected an AWS region, e.g. eu-west-1"),
    "a zone": ("region: eu-west-1a\n", "region: 'eu-west-1a': expected an AWS region"),
    "a role's name": ("role_arn: deploy\n", "role_arn: 'deploy': expected a role's ARN"),
    "no profile's name": ("profile: ''\n", "dev.yaml:1:10: profile: it is empty; name a profile"),
    "an image that Airflow would fill in": ("inputs: {tasks: {etl: {sidecars: {log: {image: 'x:{{ ds }}'}}}}}\n", "dev.yaml:1:48: inputs.tasks.etl.sidecars.log.image: 'x:{{ ds }}': Airflow fills in no image here"),
    "a prefix of workspaces": ("backend: {type: s3, bucket: b, workspace_key_prefix: x}\n", "dev.yaml:1:32: backend.workspace_key_prefix: it is not accepted here; workspaces are not used; set key to env:/<workspace>/<key>"),
    "a key in a file": ("backend: {type: s3, bucket: b, secret_key: x}\n", "backend.secret_key: it is not accepted here; credentials do not belong into a file; set profile or role_arn"),
    "a state without a name": ("backend: {path: ''}\n", "dev.yaml:1:17: backend.path: it is empty; name a file"),
    "a state that is the folder": ("backend: {path: .}\n", "backend.path: 'envs' is a folder; name a file"),
    "a state in a folder without a name": ("backend: {path: state/}\n", "backend.path: 'state/' is a folder; name a file"),
    "a state with a zero byte": ('backend: {path: "a\\0b"}\n', "a path cannot contain a zero byte"),
    "a bucket without a name": ("backend: {type: s3, bucket: ''}\n", "dev.yaml:1:29: backend.bucket: it is empty"),
    "an unknown backend": ("backend: {type: s4}\n", "dev.yaml:1:17: backend.type: 's4' is not a type of backend; accepted values: local, s3"),
    "no bucket": ("backend: {type: s3}\n", "backend.bucket: it is missing"),
    "a local bucket": ("backend: {bucket: b}\n", "backend.bucket: unknown key; accepted keys: type, path"),
    "a backend as a word": ("backend: s3\n", "backend: \"s3\" is a string"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_DEV)
def test_a_wrong_file_is_refused_with_a_message(rendered: Render, case: str) -> None:
    text, message = WRONG_DEV[case]
    with pytest.raises(ProblemsError) as caught:
        rendered({"dev.yaml": text})
    assert message in f"{caught.value}\n"
    assert caught.value.exit_code == 2
    assert all("dev.yaml" in problem.file for problem in caught.value.problems)


# The content of several files, and a part of their message.
WRONG_FOLDERS: dict[str, tuple[dict[str, str | bytes], str]] = {
    "two that write one state": (
        {
            "dev.yaml": "backend: {path: same.tfstate}\n",
            "prod.yaml": "backend: {path: same.tfstate}\n",
        },
        "dev.yaml:1:1: backend: dev and prod would write the same state, envs/same.tfstate; "
        "put ${environment} into its name",
    ),
    "one state in a bucket": (
        {
            "dev.yaml": "backend: {type: s3, bucket: b, key: k}\n",
            "prod.yaml": "backend: {type: s3, bucket: b, key: k}\n",
        },
        "dev and prod would write the same state, s3://b/k",
    ),
    "one that is called like another": (
        {"dev.yaml": "{}\n", "Dev.yaml": "{}\n"},
        "it differs from 'Dev' by capitals only",
    ),
    "a name with a blank": ({"my dev.yaml": "{}\n"}, "'my dev' cannot be a name"),
    "two that have one name in an account and region": (
        {
            "../main.tf": f"{CALL}  name = var.name\n}}\n",
            "defaults.yaml": DEFAULTS.replace("etl-${environment}", "etl"),
            "dev.yaml": "{}\n",
            "prod.yaml": "{}\n",
            "far.yaml": "region: eu-west-3\n",
        },
        "envs/defaults.yaml:5:3: inputs.name: dev and prod would create the same things in account "
        "111111111111 in eu-west-1: both have name = 'etl', which names the cluster, the task "
        "definitions and the log groups; put ${environment} into it",
    ),
    "two that leave the prefix of the parameters as it is": (
        {
            "../main.tf": f"{CALL}  name = var.name\n  ssm_prefix = var.password\n}}\n",
            "dev.yaml": "{}\n",
            "prod.yaml": "{}\n",
        },
        "dev and prod would create the same things in account 111111111111 in eu-west-1: both "
        "have no password, which names the parameters",
    ),
    "a var that is misspelt": (
        {
            "defaults.yaml": f"{DEFAULTS}vars: {{tag: '1'}}\n",
            "tasks/x.yaml": "image: x:${tag}\n",
            "dev.yaml": "vars: {tga: '2'}\n",
        },
        "envs/dev.yaml:1:8: vars.tga: nothing refers to ${tga}; did you mean 'tag'? Names in use: ",
    ),
    "a folder of environments": (
        {"dev.yaml": "{}\n", "eu/prod.yaml": "{}\n"},
        "envs/eu: only the folders tasks/ and layers/ are read; an environment is a file in this",
    ),
    "an environment in JSON": (
        {"dev.yaml": "{}\n", "prod.json": "{}\n"},
        "envs/prod.json: an environment is YAML; write it as prod.yaml",
    ),
    "values for Terraform": (
        {"dev.yaml": "{}\n", "prod.tfvars": "name = 1\n"},
        "envs/prod.tfvars: values come from the YAML alone; mwaa-ecs import-tfvars FILE writes",
    ),
    "a layer that does not exist": (
        {"dev.yaml": "layers: [prod-lik]\n", "layers/prod-like.yaml": "{}\n"},
        "envs/dev.yaml:1:10: layers.prod-lik: there is no file layers/prod-lik.yaml; did you mean "
        "'prod-like'? Layers: prod-like",
    ),
    "a layer that nobody names": (
        {"dev.yaml": "{}\n", "layers/eu.yaml": "{}\n"},
        "envs/layers/eu.yaml: no environment names this layer; name it in layers, or delete it",
    ),
    "a layer with layers": (
        {"dev.yaml": "layers: [a]\n", "layers/a.yaml": "layers: [b]\n"},
        "envs/layers/a.yaml:1:1: layers: only an environment's own file can name layers",
    ),
    "layers that are a name": (
        {"dev.yaml": "layers: eu\n"},
        'envs/dev.yaml:1:9: layers: "eu" is a string; expected a list of strings',
    ),
    "a mistake in a layer": (
        {"dev.yaml": "layers: [a]\n", "layers/a.yaml": "inputs: {nam: x}\n"},
        "envs/layers/a.yaml:1:10: inputs.nam: unknown key; did you mean 'name'?",
    ),
    "a mistake in a layer that the environment replaces": (
        {
            "dev.yaml": "layers: [a]\ninputs: {name: x}\n",
            "layers/a.yaml": "inputs: {name: 1}\n",
        },
        "envs/layers/a.yaml:1:16: inputs.name: 1 is a number; expected a string",
    ),
    "a mistake in the tasks' defaults": (
        {"dev.yaml": "task_defaults: {cpuu: 1}\n"},
        "envs/dev.yaml:1:17: task_defaults.cpuu: unknown key; did you mean 'cpu'?",
    ),
    "a wrong type in the tasks' defaults": (
        {"dev.yaml": "{}\n", "defaults.yaml": f'{DEFAULTS}task_defaults: {{cpu: "1"}}\n'},
        'envs/defaults.yaml:11:22: task_defaults.cpu: "1" is a string; expected a number',
    ),
    "a null in the tasks' defaults": (
        {"dev.yaml": "task_defaults: {cpuu: null}\n"},
        "envs/dev.yaml:1:17: task_defaults.cpuu: unknown key; did you mean 'cpu'?",
    ),
    "a .yml file": (
        {"dev.yaml": "{}\n", "prod.yml": "{}\n"},
        "envs/prod.yml: it must end with .yaml; rename it to prod.yaml",
    ),
    "one that Terraform takes for all": (
        {"dev.yaml": "{}\n", "Terraform.yaml": "{}\n"},
        "envs/Terraform.yaml: Terraform reads a terraform.tfvars.json for every environment",
    ),
    "one that is meant for the defaults": (
        {"dev.yaml": "{}\n", "default.yaml": "{}\n"},
        "envs/default.yaml: an environment cannot have this name; did you mean defaults.yaml?",
    ),
    "capitals in the suffix": (
        {"dev.yaml": "{}\n", "prod.YAML": "{}\n"},
        "envs/prod.YAML: it must end with .yaml; rename it to prod.yaml",
    ),
    "a task in JSON": (
        {"dev.yaml": "{}\n", "tasks/x.json": "{}\n"},
        "envs/tasks/x.json: it must end with .yaml; rename it to x.yaml",
    ),
    "a task in a folder below": (
        {"dev.yaml": "{}\n", "tasks/sub/x.yaml": "image: x\n"},
        "envs/tasks/sub: folders in tasks/ are not read; a task is a file in tasks/ itself",
    ),
    "tasks as a file": (
        {"dev.yaml": "{}\n", "tasks": "{}\n"},
        "envs/tasks: it is a file; expected a folder with one file per task",
    ),
    "defaults as a folder": (
        {"dev.yaml": "{}\n", "defaults.yaml/x": ""},
        "envs/defaults.yaml: it is a folder; expected a YAML file",
    ),
    "a setting that no file has": (
        {"dev.yaml": "{}\n", "defaults.yaml": "region: eu-west-1\n"},
        "envs/dev.yaml: inputs.name: it is missing and has no default; set it to a string",
    ),
    "a null in the defaults that takes no task away": (
        {
            "dev.yaml": "{}\n",
            "defaults.yaml": "inputs: {tasks: {nigthly: null}}\n",
            "tasks/nightly.yaml": "image: x\n",
        },
        "envs/defaults.yaml:1:18: inputs.tasks.nigthly: null removes a key that lower "
        "files set, and they do not set 'nigthly'; did you mean 'nightly'? They set: nightly",
    ),
    "a null in a shared task": (
        {"dev.yaml": "{}\n", "tasks/nightly.yaml": "image: x\ncpuu: null\n"},
        "envs/tasks/nightly.yaml:2:1: inputs.tasks.nightly.cpuu: unknown key",
    ),
    "a var that a null takes away": (
        {
            "defaults.yaml": f"{DEFAULTS}vars: {{tag: x}}\n",
            "dev.yaml": "vars: {tag: null}\ninputs: {name: '${tag}'}\n",
        },
        "envs/dev.yaml:2:16: inputs.name: ${tag}: the null at envs/dev.yaml:1:8 removes this name",
    ),
    "a wrong default that all replace": (
        {"defaults.yaml": "inputs: {name: 1}\n", "dev.yaml": "inputs: {name: x}\n"},
        "envs/defaults.yaml:1:16: inputs.name: 1 is a number",
    ),
    "a wrong shared task": (
        {"dev.yaml": "{}\n", "tasks/nightly.yaml": "image: x\ncpuu: 3\n"},
        "envs/tasks/nightly.yaml:2:1: inputs.tasks.nightly.cpuu: unknown key",
    ),
    "an unfinished shared task": (
        {"dev.yaml": "{}\n", "tasks/nightly.yaml": "cpu: 256\n"},
        "envs/tasks/nightly.yaml:1:1: inputs.tasks.nightly.image: it is missing",
    ),
}


@pytest.mark.parametrize("case", WRONG_FOLDERS)
def test_files_that_do_not_fit_together_are_refused(rendered: Render, case: str) -> None:
    files, message = WRONG_FOLDERS[case]
    with pytest.raises(ProblemsError) as caught:
        rendered(files)
    assert message in str(caught.value)


@pytest.mark.parametrize("case", WRONG_DEV)
def test_what_two_environments_have_wrong_is_told_of_both(rendered: Render, case: str) -> None:
    text, message = WRONG_DEV[case]
    with pytest.raises(ProblemsError) as caught:
        rendered({"dev.yaml": text, "prod.yaml": text})
    assert message in f"{caught.value}\n"
    for name in ("dev", "prod"):
        assert any(f"{name}.yaml" in problem.file for problem in caught.value.problems), name


@pytest.mark.parametrize("case", WRONG_DEV)
def test_what_the_defaults_have_wrong_stops_every_environment(
    rendered: Render, case: str
) -> None:
    text, _ = WRONG_DEV[case]
    with pytest.raises(ProblemsError) as caught:
        rendered({"defaults.yaml": text, "dev.yaml": "{}\n", "prod.yaml": "{}\n"})
    assert caught.value.problems


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("image: ${regsitry}/x", "${regsitry}: unknown name"),
        ("image: '${a}'", "a -> b -> a is a circular reference"),
        (
            "image: '${flag}'",
            "vars.flag: it is a list; expected a string, a number, true or false",
        ),
        ("image: x${version}", "vars.version: the number 1.10 becomes 1.1 in a string"),
        ("image: ${", "the closing } is missing"),
    ],
)
@pytest.mark.parametrize("environments", [1, 3])
def test_a_shared_mistake_in_a_name_is_told_however_many_have_it(
    rendered: Render, mistake: str, message: str, environments: int
) -> None:
    with pytest.raises(ProblemsError) as caught:
        rendered(
            {
                "defaults.yaml": f"{DEFAULTS}vars: {{a: '${{b}}', b: '${{a}}', flag: [], "
                "version: 1.10}\n",
                "tasks/x.yaml": f"{mistake}\n",
                **{f"env{number}.yaml": "{}\n" for number in range(environments)},
            }
        )
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["inputs: ${x}\n", "backend: ${x}\n", "region: ${partition}\n"]
)
def test_no_environment_is_left_out_without_a_word(rendered: Render, text: str) -> None:
    with pytest.raises(ProblemsError, match=r"envs/dev\.yaml"):
        rendered({"dev.yaml": text, "prod.yaml": "{}\n"})


def test_all_that_is_wrong_is_told_at_once(rendered: Render) -> None:
    with pytest.raises(ProblemsError) as caught:
        rendered(
            {
                "dev.yaml": "regoin: x\ninputs: {name: 1, taks: {}}\n",
                "prod.yaml": "account_id: '1'\n",
                "staging.yaml": "- x\n",
            }
        )
    assert [(Path(p.file).name, p.line, p.path) for p in caught.value.problems] == [
        ("dev.yaml", 1, "regoin"),
        ("dev.yaml", 2, "inputs.name"),
        ("dev.yaml", 2, "inputs.taks"),
        ("prod.yaml", 1, "account_id"),
        ("staging.yaml", 1, ""),
    ]


def test_a_mistake_in_the_defaults_is_told_once(rendered: Render) -> None:
    with pytest.raises(ProblemsError) as caught:
        rendered(
            {
                "defaults.yaml": "region: eu-west-1\naccount_id: '111111111111'\n"
                "inputs:\n  name: x\n  network: {subnet_ids: [a]}\n  tasks: {a: {image: 3}}\n",
                **{f"env{number}.yaml": "{}\n" for number in range(5)},
            }
        )
    assert len(caught.value.problems) == 1


def test_a_broken_default_does_not_make_everything_missing(rendered: Render) -> None:
    with pytest.raises(ProblemsError) as caught:
        rendered({"defaults.yaml": "inputs: [\n", "dev.yaml": "account_id: '111111111111'\n"})
    assert [Path(problem.file).name for problem in caught.value.problems] == ["defaults.yaml"]


def test_an_environment_that_does_not_exist_is_named_with_the_nearest(rendered: Render) -> None:
    with pytest.raises(
        UserError,
        match=r"no environment 'prd'; did you mean 'prod'\? Environments in .*: dev, prod",
    ):
        rendered({"dev.yaml": "{}\n", "prod.yaml": "{}\n"}, "prd")


def test_a_folder_without_environments_is_refused(rendered: Render) -> None:
    with pytest.raises(UserError, match="contains no environment"):
        rendered({})


def test_a_file_that_may_not_be_read_is_named(
    rendered: Render, team: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may read everything, so the refusal of the system is made here.
    path = team({"dev.yaml": "{}\n"}) / "dev.yaml"
    real = Path.open

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ProblemsError, match=r"dev\.yaml: it cannot be read: Permission denied"):
        rendered({})


@pytest.mark.parametrize(
    ("target", "why"),
    [("nowhere.yaml", "No such file"), ("dev.yaml", "Too many levels of symbolic links")],
)
def test_a_link_that_leads_nowhere_is_named(
    rendered: Render, team: Write, target: str, why: str
) -> None:
    (team({}) / "dev.yaml").symlink_to(target)
    with pytest.raises(ProblemsError, match=rf"^envs/dev\.yaml: it cannot be read: {why}"):
        rendered({})


def test_a_pipe_is_not_waited_for(rendered: Render, team: Write) -> None:
    os.mkfifo(team({}) / "dev.yaml")
    with pytest.raises(ProblemsError, match=r"dev\.yaml: it is not a regular file"):
        rendered({})


def test_a_state_behind_links_in_a_circle_is_no_crash(rendered: Render, team: Write) -> None:
    (team({}) / "loop").symlink_to("loop")
    (dev,) = rendered({"dev.yaml": "backend: {path: loop/dev.tfstate}\n"})
    assert dev.name == "dev"


def test_a_secret_value_is_never_shown(rendered: Render) -> None:
    with pytest.raises(ProblemsError) as caught:
        rendered({"dev.yaml": "inputs:\n  password: [hunter2]\n"})
    assert "hunter2" not in str(caught.value)


def bomb(names: int, factor: int) -> str:
    """Return `vars` of which each holds the one before `factor` times."""
    lines = [f"  a0: {'x' * factor}"]
    for number in range(1, names):
        lines.append(f'  a{number}: "{f"${{a{number - 1}}}" * factor}"')
    return "vars:\n" + "\n".join(lines) + "\n"


def test_names_that_grow_with_each_reference_are_refused_before_they_are_built(
    rendered: Render,
) -> None:
    # 8 ** 12 characters, 64 GB, from 1.2 KB of YAML.
    text = bomb(12, 8) + 'inputs:\n  name: "${a11}"\n'
    with pytest.raises(ProblemsError) as caught:
        rendered({"dev.yaml": text})
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.path) == ("envs/dev.yaml", 8, "vars.a6")
    assert "2,097,192 characters; at most 1,000,000" in problem.message
    assert "The longest is ${a5} with 262,144" in problem.message


def test_a_long_value_that_is_named_often_is_refused(rendered: Render) -> None:
    values = "".join(f"    k{number}: ${{a5}}\n" for number in range(100))
    with pytest.raises(ProblemsError) as caught:
        rendered({"dev.yaml": bomb(6, 8) + f"inputs:\n  tags:\n{values}"})
    (problem,) = caught.value.problems
    assert problem.path == "inputs.tags.k59"
    assert "more than 16,000,000 characters" in problem.message


def test_many_large_shared_files_are_refused_as_a_whole(rendered: Render) -> None:
    task = f"image: x\nenvironment: {{A: '{'x' * 900_000}'}}\n"
    files: dict[str, str | bytes] = {f"tasks/t{number}.yaml": task for number in range(18)}
    with pytest.raises(ProblemsError, match=r"inputs: rendered, it has more than 16,000,000"):
        rendered({**files, "dev.yaml": "{}\n"})


def test_many_environments_are_refused_where_they_are_too_large_together(
    rendered: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAXIMUM_TOTAL", 1000)
    files: dict[str, str | bytes] = {f"e{number}.yaml": "{}\n" for number in range(9)}
    with pytest.raises(UserError, match=r"up to 'e\d' have more than 1,000 characters"):
        rendered(files)


def test_a_long_wrong_value_does_not_fill_the_screen(rendered: Render) -> None:
    with pytest.raises(ProblemsError) as caught:
        rendered({"dev.yaml": bomb(5, 8) + 'region: "${a4}"\nbackend: {type: "${a4}"}\n'})
    assert len(str(caught.value)) < 1000
