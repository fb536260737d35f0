"""The arguments that DockerOperator takes: the package's own, and those of every operator."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import mwaa_ecs_operator

# BaseOperator takes these in Airflow 2.10 to 3.3.
_OF_EVERY_OPERATOR = frozenset(
    """
    allow_nested_operators dag default_args depends_on_past do_xcom_push doc doc_json doc_md
    doc_rst doc_yaml email email_on_failure email_on_retry end_date execution_timeout executor
    executor_config ignore_first_depends_on_past inlets logger_name map_index_template
    max_active_tis_per_dag max_active_tis_per_dagrun max_retry_delay multiple_outputs
    on_execute_callback on_failure_callback on_retry_callback on_skipped_callback
    on_success_callback outlets owner params pool pool_slots post_execute pre_execute
    priority_weight queue render_template_as_native_obj resources retries retry_delay
    retry_exponential_backoff retry_policy run_as_user sla start_date task_concurrency
    task_display_name task_group task_id trigger_rule wait_for_downstream
    wait_for_past_depends_before_skipping weight_rule
    """.split()  # noqa: SIM905 - one word a line would be a page
)


@cache
def known_arguments() -> frozenset[str]:
    """Return every argument that DockerOperator takes."""
    package = Path(mwaa_ecs_operator.__file__).parent
    own = set(_OF_EVERY_OPERATOR)
    for name in ("docker_operator.py", "ecs_operator.py"):
        # Read, not imported: it needs Airflow.
        tree = ast.parse((package / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                own |= {each.arg for each in node.args.kwonlyargs}
    return frozenset(own)
