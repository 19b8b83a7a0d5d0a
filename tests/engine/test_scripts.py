"""The scripts of docs/cluster.md: they are read by bash, and name what there is."""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from workbench.cli import main
from workbench.configuration import Location, parse
from workbench.engine.settings import ClusterSettings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cluster.md").read_text()
SCRIPTS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
FILES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SBATCH = {"job-name", "nodes", "ntasks-per-node", "gres", "cpus-per-task", "time", "signal"}


def commands(script):
    lines = script.replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line and not line.startswith("#")]


def options_of(program, words):
    if program == "dask":
        from distributed.cli.dask_scheduler import main as scheduler
        from distributed.cli.dask_worker import main as worker

        command = {"scheduler": scheduler, "worker": worker}[words[0]]
    else:
        command, words = main, words
        for word in words:
            if not isinstance(command, click.Group):
                break
            command = command.commands[word]
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("script", SCRIPTS)
def test_bash_reads_it_and_its_commands_have_these_options(script):
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert set(re.findall(r"^#SBATCH --([a-z-]+)=", script, re.MULTILINE)) <= SBATCH
    for words in commands(script):
        if words[0] == "torchrun":
            from torch.distributed.run import get_args_parser

            at = words.index("workbench")
            values = [word.replace("$NODE_RANK", "0").replace("$MASTER_PORT", "1") for word in words[1:at]]
            get_args_parser().parse_args([*values, "workbench"])
            words = words[at:]
        words = words[words[0] == "srun" :]
        if words[0] in ("workbench", "dask"):
            given = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
            assert given <= options_of(words[0], words[1:]), words
        else:
            assert words[0] in {"cd", "export", "set"}, words


@pytest.mark.parametrize("text", FILES)
def test_its_settings_are_allowed(text):
    settings = parse(ClusterSettings, YAML(typ="safe").load(text), at=Location("docs/cluster.md"))
    if settings.cluster:
        import dask_jobqueue

        job = getattr(dask_jobqueue, settings.cluster).job_cls
        job(scheduler="tcp://127.0.0.1:1", name="w", processes=settings.processes, **settings.arguments)
