"""The CloudFormation stack: change sets, waiting with progress, and recovery of what was interrupted."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.clients import Clients
from infra.deploy.errors import StackFailed
from infra.deploy.settings import TEMPLATE

POLL_SECONDS = 3.0
DELETE_ATTEMPTS = 3
STACK_SECONDS = 3600
"""Longest wait for one change; CloudFront takes minutes, a SageMaker endpoint up to half an hour."""

_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """action: Add, Modify, Remove. replacement: True when the resource is made anew."""

    action: str
    resource: str
    kind: str
    replacement: bool


class Stack:
    """One stack by name. say: told one line per event, for progress."""

    def __init__(self, clients: Clients, name: str, say: Callable[[str], None] = lambda line: None) -> None:
        self._cloudformation = clients("cloudformation")
        self.name = name
        self._say = say
        # Events of earlier attempts, which a failure must not be blamed on.
        self._known: set[str] = set()

    def status(self) -> str | None:
        """None when there is no stack."""
        description = self._describe()
        return description["StackStatus"] if description else None

    def outputs(self) -> dict[str, str]:
        description = self._describe() or {}
        return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}

    def parameters(self) -> dict[str, str]:
        description = self._describe() or {}
        return {entry["ParameterKey"]: entry["ParameterValue"] for entry in description.get("Parameters", [])}

    def resources(self) -> list[dict[str, Any]]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [resource for page in pages for resource in page["StackResourceSummaries"]]

    def settle(self) -> None:
        """Waits out a change under way; deletes a stack whose first creation failed. Raises StackFailed."""
        status = self.status()
        if status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            self._say(f"{self.name} is in {status}: waiting for it")
            status = self._wait()
        if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
            self._say(f"{self.name} is in {status}: removing what the failed attempt left")
            self.delete()
        elif status == "UPDATE_ROLLBACK_FAILED":
            raise StackFailed(
                f"{self.name} is in UPDATE_ROLLBACK_FAILED; continue its rollback in the console, or `cerca destroy`."
            )

    def plan(self, parameters: Mapping[str, str], tags: Mapping[str, str]) -> tuple[str, list[Change]]:
        """Makes a change set. Its name and what it would do; empty when nothing would change. Raises StackFailed."""
        status = self.status()
        change_set = f"cerca-{int(time.time() * 1e3)}"
        self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if status in (None, "REVIEW_IN_PROGRESS") else "UPDATE",
            TemplateBody=TEMPLATE.read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        deadline = time.monotonic() + STACK_SECONDS
        while True:
            description = self._cloudformation.describe_change_set(StackName=self.name, ChangeSetName=change_set)
            state = description["Status"]
            if state in ("CREATE_COMPLETE", "FAILED"):
                break
            if time.monotonic() > deadline:
                raise StackFailed(f"CloudFormation did not finish the change set of {self.name}.")
            time.sleep(POLL_SECONDS)
        if state == "FAILED":
            self.discard(change_set)
            reason = description.get("StatusReason", "no reason given")
            if any(words in reason for words in _NOTHING_TO_DO):
                return change_set, []
            raise StackFailed(f"CloudFormation refused the change: {reason}")
        return change_set, self._changes(change_set)

    def execute(self, change_set: str) -> None:
        """Runs a change set to its end. Raises StackFailed naming the resource that failed first."""
        self._known = {event["EventId"] for event in self._events()}
        self._cloudformation.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        status = self._wait()
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackFailed(f"{self.name} ended in {status}: {self._first_failure()}")

    def discard(self, change_set: str) -> None:
        """Removes a change set, and the empty stack that a first one brings along."""
        self._cloudformation.delete_change_set(StackName=self.name, ChangeSetName=change_set)
        if self.status() == "REVIEW_IN_PROGRESS":
            self._cloudformation.delete_stack(StackName=self.name)

    def delete(self) -> None:
        """Returns when the stack is gone. Raises StackFailed.

        A resource that cannot be deleted is let go of at the next try, as CloudFormation's console offers it: look
        afterwards whether it is still there.
        """
        description = self._describe()
        if description is None:
            return
        # Once deleted, a stack is known by its id only.
        identity = description["StackId"]
        self._known = {event["EventId"] for event in self._events()}
        self._cloudformation.delete_stack(StackName=self.name)
        status = self._wait(identity)
        for _ in range(DELETE_ATTEMPTS - 1):
            if status != "DELETE_FAILED":
                break
            stuck = [entry["LogicalResourceId"] for entry in self.resources() if entry["ResourceStatus"] == status]
            self._say(f"not deleted: {', '.join(stuck)}; letting go of them")
            self._cloudformation.delete_stack(StackName=self.name, RetainResources=stuck)
            status = self._wait(identity)
        if status not in (None, "DELETE_COMPLETE"):
            raise StackFailed(f"{self.name} ended in {status}: {self._first_failure()}. Run `cerca destroy` again.")

    def _wait(self, identity: str | None = None) -> str | None:
        seen: set[str] = set()
        deadline = time.monotonic() + STACK_SECONDS
        started = time.time()
        while True:
            description = self._describe(identity)
            status = description["StackStatus"] if description else None
            for event in self._events(identity):
                if event["EventId"] not in seen and event["Timestamp"].timestamp() > started - 5:
                    self._say(f"{event['LogicalResourceId']}  {event['ResourceStatus']}")
                seen.add(event["EventId"])
            if status is None or not status.endswith("_IN_PROGRESS"):
                return status
            if time.monotonic() > deadline:
                raise StackFailed(f"{self.name} is still in {status}; run the same command again to go on waiting.")
            time.sleep(POLL_SECONDS)

    def _events(self, identity: str | None = None) -> list[dict[str, Any]]:
        """Newest last; one page, which is more than a poll's worth."""
        try:
            events = self._cloudformation.describe_stack_events(StackName=identity or self.name)["StackEvents"]
        except ClientError:
            return []
        return events[::-1]

    def _first_failure(self) -> str:
        for event in self._events():
            if event["EventId"] in self._known:
                continue
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason or 'no reason given'}"
        return "no resource reported a failure"

    def _changes(self, change_set: str) -> list[Change]:
        pages = self._cloudformation.get_paginator("describe_change_set").paginate(
            StackName=self.name, ChangeSetName=change_set
        )
        changes = [entry["ResourceChange"] for page in pages for entry in page["Changes"]]
        return [
            Change(
                change["Action"],
                change["LogicalResourceId"],
                change["ResourceType"],
                change.get("Replacement") == "True",
            )
            for change in changes
        ]

    def _describe(self, identity: str | None = None) -> dict[str, Any] | None:
        try:
            return self._cloudformation.describe_stacks(StackName=identity or self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
