using System.CommandLine;

namespace Lava.Server;

/// <summary><c>lava journal</c>.</summary>
internal static class JournalCommand
{
    public static Command Create() => new("journal", "Look into a node's journal, and mend what a disk has damaged.")
    {
        JournalInspectCommand.Create(), JournalCutCommand.Create(),
    };
}
