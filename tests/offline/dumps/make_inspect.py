"""Logs of inspect_ai, by its own evaluation with its mock model. Run: python make_inspect.py (inspect_ai 0.3.285)."""

from pathlib import Path
from tempfile import mkdtemp

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import write_eval_log
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    ContentReasoning,
    ContentText,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import includes, pattern
from inspect_ai.solver import generate
from questions import ANSWERS, QUESTIONS, SYSTEM, said

HERE = Path(__file__).parent


def asked(number: int, question: str) -> str | list:
    """A question as text or, in every other one, as messages."""
    return question if number % 2 else [ChatMessageSystem(content=SYSTEM), ChatMessageUser(content=question)]


def output(number: int) -> ModelOutput:
    """A reply; the last model's thought stands apart, as from a server with a reasoning parser."""
    parts = [ContentReasoning(reasoning="Let me see."), ContentText(text=f"<answer>{ANSWERS[number]}</answer>")]
    content = said(number) if number < len(QUESTIONS) - 1 else parts
    message = ChatMessageAssistant(content=content, model="mockllm/model", source="generate")
    choice = ChatCompletionChoice(message=message, stop_reason="stop")
    return ModelOutput(model="mockllm/model", choices=[choice], usage=ModelUsage())  # or it counts by a download


def main() -> None:
    """Evaluate, and write the log in both of its formats without what nobody reads."""
    samples = [
        Sample(input=asked(number, question), target=[reference, reference] if number == 1 else reference)
        for number, (question, reference) in enumerate(QUESTIONS)
    ]
    samples.append(Sample(input="A question at which the model's server fails.", target="1"))  # it runs out of replies
    task = Task(
        dataset=MemoryDataset(samples, name="questions"),
        solver=generate(),
        scorer=[pattern(r"<answer>(.*?)</answer>"), includes()],
        name="questions",
    )
    model = get_model("mockllm/model", custom_outputs=[output(number) for number in range(len(QUESTIONS))])
    folder = mkdtemp()
    [log] = evaluate(task, model=model, log_dir=folder, display="none", max_samples=1, fail_on_error=False)
    for sample in log.samples:
        sample.events, sample.attachments = [], {}
        if sample.error:
            sample.error.traceback = sample.error.traceback_ansi = ""
    for suffix in (".json", ".eval"):
        write_eval_log(log, str(HERE / f"inspect{suffix}"), format=suffix[1:])


if __name__ == "__main__":
    main()
