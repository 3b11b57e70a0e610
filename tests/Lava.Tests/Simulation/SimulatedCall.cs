using Lava.Core;
using Lava.Metering;

namespace Lava.Tests.Simulation;

/// <summary>A call or a report, as its client sees it: what was said to it stays said, whatever becomes of the server.</summary>
internal sealed class SimulatedCall(UsageRecord record)
{
    public UsageRecord Record { get; } = record;

    public Guid Id => Record.Id;

    public long Wallet => Record.WalletId;

    public CallState State { get; set; }

    /// <summary>Held in the live wallet.</summary>
    public Money Held { get; set; }

    /// <summary>The last record of it in the journal.</summary>
    public long Sequence { get; set; }

    /// <summary>For that record.</summary>
    public ValueTask Durable { get; set; }

    /// <summary>A byte of the answer was seen: its RESERVE is durable.</summary>
    public bool Began { get; set; }

    /// <summary>The whole answer was seen: its SETTLE is durable.</summary>
    public bool Settled { get; set; }

    /// <summary>It was told that nothing will be charged: its VOID is durable.</summary>
    public bool Voided { get; set; }
}
