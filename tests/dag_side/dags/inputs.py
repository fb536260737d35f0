# mypy: ignore-errors
"""Arguments as people write them: a task an input, named after it. Runs on every Airflow."""

from datetime import UTC, datetime
from random import Random

from airflow import DAG
from inputs_helper import Wrapped

from mwaa_ecs_operator import DockerOperator, EcsTaskOperator, Mount, ecs_task

try:
    from airflow.sdk import task
except ImportError:  # Airflow 2
    from airflow.decorators import task

ETL = "registry.example.com:5000/team/etl:1.4"
# Put together, because Airflow stores this file.
HUSH = "-".join(("hush", ""))


with DAG(
    "inputs",
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    schedule=None,
    catchup=False,
    default_args={"xcom_all": True},
) as dag:

    @task(multiple_outputs=True)
    def words():
        return {"one": "", "two": "a b"}

    @task
    def settings():
        return {"STAGE": "prod", "COUNT": 3}

    said = words()

    # -- commands
    EcsTaskOperator(
        task_id="c_text", task="nightly", command="args --date {{ ds }} 'two words'"
    )
    EcsTaskOperator(task_id="c_list", task="nightly", command=["args", "{{ ds }}", "x y"])
    EcsTaskOperator(task_id="c_literal", task="nightly", command='["args", "a b", "c"]')
    EcsTaskOperator(task_id="c_shell", task="nightly", command="sh -c 'echo one; echo two'")
    EcsTaskOperator(task_id="c_none", task="nightly")
    EcsTaskOperator(task_id="c_empty", task="nightly", command="")
    # A text with a result in it does not make Airflow wait for the result.
    said >> EcsTaskOperator(
        task_id="c_xcom", task="nightly", command=f"args {said['one']} {said['two']} end"
    )
    EcsTaskOperator(task_id="c_file", task="nightly", command="command.sh")

    # -- environments
    EcsTaskOperator(
        task_id="e_xcom", task="nightly", command="env STAGE COUNT", environment=settings()
    )
    EcsTaskOperator(
        task_id="e_dict",
        task="nightly",
        command="env A B C",
        environment={"A": None, "B": True, "C": "{{ ds }}"},
    )
    EcsTaskOperator(
        task_id="e_list", task="nightly", command="env A B", environment=["A=1", "B=x=y"]
    )
    DockerOperator(
        task_id="e_file",
        image=ETL,
        command="env A B",
        env_file="variables.env",
        environment={"B": "from environment"},
    )
    EcsTaskOperator(
        task_id="e_airflow",
        task="nightly",
        command="env AIRFLOW_CTX_DAG_ID AIRFLOW_CTX_TRY_NUMBER",
    )
    DockerOperator(
        task_id="p_known",
        image="secretive",
        command="env A",
        private_environment={"TOKEN": HUSH + "known"},
    )
    DockerOperator(
        task_id="p_unknown",
        image=ETL,
        command="env A",
        private_environment={"TOKEN": HUSH + "unknown"},
    )
    DockerOperator(
        task_id="p_override",
        image=ETL,
        command="args done",
        private_environment={"TOKEN": HUSH + "override"},
        on_private_environment="override",
    )
    DockerOperator(
        task_id="p_fails",
        image=ETL,
        command="exit 3",
        private_environment={"TOKEN": HUSH + "fails"},
        on_private_environment="override",
    )
    DockerOperator.partial(
        task_id="p_mapped",
        image=ETL,
        private_environment={"TOKEN": HUSH + "mapped"},
        on_private_environment="override",
    ).expand(command=["args a"])

    # -- images
    DockerOperator(task_id="i_tag_of_template", image="etl:{{ '1.' ~ '4' }}", command="args x")
    DockerOperator(task_id="i_hub", image="docker.io/library/plain", command="args x")
    DockerOperator(task_id="i_untagged", image="plain", command="args x")
    DockerOperator(task_id="i_digest", image="etl@sha256:" + "0" * 64, command="args x")
    DockerOperator(task_id="i_port", image=ETL, command="args x")
    DockerOperator(task_id="i_unknown", image="nobody/knows:1", command="args x")
    DockerOperator(task_id="i_alias", image="org/app:2024-01-01", command="args x")
    EcsTaskOperator(task_id="i_disagree", image="plain", task="nightly", command="args x")
    DockerOperator(
        task_id="i_by_directory", image="twice", working_dir="/src", command="args x"
    )

    # -- sizes, mounts and the definition
    DockerOperator(task_id="s_memory", image=ETL, mem_limit="3g", command="args x")
    DockerOperator(task_id="s_both", image=ETL, mem_limit="512m", cpus=2, command="args x")
    DockerOperator(task_id="s_large", image=ETL, mem_limit="64g", cpus=0.25, command="args x")
    DockerOperator(
        task_id="m_known",
        image="mounted",
        command="args x",
        mounts=[Mount("/data", "volume"), {"target": "/more", "source": "x", "type": "volume"}],
    )
    DockerOperator(task_id="m_text", image="mounted", command="args x", volumes=["a:/data:ro"])
    DockerOperator(task_id="m_unknown", image=ETL, mounts=[Mount("/data", "volume")])
    for number, remove in enumerate((True, "force", "success", "never", False)):
        DockerOperator(
            task_id=f"a_remove_{number}", image=ETL, command="args x", auto_remove=remove
        )
    DockerOperator(
        task_id="d_equal", image="entered", entrypoint=["sh", "-x"], command="args x"
    )
    DockerOperator(task_id="d_other", image=ETL, entrypoint="python", command="args x")
    DockerOperator(
        task_id="d_registered", image=ETL, user="1000", command="args x", register=True
    )

    # -- results
    EcsTaskOperator(
        task_id="x_last", task="nightly", command=["print", "one\\ntwo  \\n"], xcom_all=False
    )
    EcsTaskOperator(
        task_id="x_all", task="nightly", command=["print", "one\\n\\ntwo  \\n"], xcom_all=True
    )
    EcsTaskOperator(task_id="x_none", task="nightly", command=["print", ""])
    EcsTaskOperator(
        task_id="x_off", task="nightly", command=["print", "one\\n"], do_xcom_push=False
    )
    EcsTaskOperator(task_id="x_bytes", task="nightly", command=["print", "\\0377\\0376 end\\n"])
    EcsTaskOperator(
        task_id="x_long",
        task="nightly",
        command=["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; echo; echo end"],
    )
    EcsTaskOperator(task_id="k_skip", task="nightly", command="exit 99", skip_on_exit_code=99)
    EcsTaskOperator(
        task_id="k_skip_list", task="nightly", command="exit 4", skip_on_exit_code=[3, 4]
    )
    EcsTaskOperator(
        task_id="k_not_listed", task="nightly", command="exit 5", skip_on_exit_code=[3, 4]
    )
    EcsTaskOperator(task_id="k_three", task="nightly", command="exit 3")
    EcsTaskOperator(
        task_id="o_too_long", task="nightly", command="env A", environment={"LARGE": "v" * 8193}
    )

    # -- mapping, subclasses, decorators, deferrable
    EcsTaskOperator.partial(task_id="map_command", task="nightly").expand(
        command=["args a", ["args", "b"]]
    )
    EcsTaskOperator.partial(task_id="map_environment", task="nightly", command="env A").expand(
        environment=[{"A": 1}, ["A=2"]]
    )
    EcsTaskOperator.partial(task_id="map_kwargs").expand_kwargs(
        [{"task": "nightly", "command": "args a"}, {"image": "plain", "command": "args b"}]
    )
    DockerOperator.partial(task_id="map_image", command="args x").expand(image=["plain", ETL])
    Wrapped(task_id="subclass", image=ETL, command="args x")

    @ecs_task(task="nightly", multiple_outputs=True)
    def outputs(number):
        print("computing")  # noqa: T201
        return {"double": number * 2, "text": "x"}

    @ecs_task(task="nightly")
    def takes_a_result(number):
        return number + 1

    @ecs_task(task="nightly")
    def too_large(text):
        return len(text)

    takes_a_result(outputs(21)["double"])
    too_large(Random(1).randbytes(8192).hex())
    EcsTaskOperator(task_id="def_success", task="nightly", command="args x", deferrable=True)
    EcsTaskOperator(
        task_id="def_silent", task="nightly", command=["print", ""], deferrable=True
    )
    EcsTaskOperator(task_id="def_fails", task="nightly", command="exit 3", deferrable=True)
