namespace Lava.Wallets.Journal;

/// <summary>What a journal record says. The values are stored: never renumber.</summary>
public enum JournalRecordType : byte
{
    /// <summary>Money was held for a call.</summary>
    Reserve = 1,

    /// <summary>A call ended: a debit, the hold returned, a usage record.</summary>
    Settle = 2,

    /// <summary>A hold was returned and nothing charged.</summary>
    Void = 3,

    /// <summary>
    /// A long call goes on. Complete in itself: the hold as it is now, the debit if the call ended here, and a payload that a SETTLE
    /// could carry. Written by the call's own thread of control, so never after its end.
    /// </summary>
    Progress = 4,
}
