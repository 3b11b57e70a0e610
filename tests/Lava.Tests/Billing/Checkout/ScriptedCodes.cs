using System.Collections.Concurrent;
using Lava.Billing.Phones;

namespace Lava.Tests.Billing.Checkout;

/// <summary>A sender of codes for live merchants: the code is 424242, and everything is counted.</summary>
internal sealed class ScriptedCodes : IPhoneCodes
{
    public const string Right = "424242";
    private int _checks;

    public ConcurrentQueue<CodeOrder> Sent { get; } = new();

    public int Checks => Volatile.Read(ref _checks);

    public CodeSent Answer { get; set; } = new(CodeSendOutcome.Sent, "VE1");

    public Task<CodeSent> SendAsync(CodeOrder order, CancellationToken cancellationToken)
    {
        Sent.Enqueue(order);
        return Task.FromResult(Answer);
    }

    public Task<CodeOutcome> CheckAsync(CodeOrder order, string code, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _checks);
        return Task.FromResult(code == Right ? CodeOutcome.Approved : CodeOutcome.Wrong);
    }
}
