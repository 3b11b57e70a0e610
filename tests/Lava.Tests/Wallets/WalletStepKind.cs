namespace Lava.Tests.Wallets;

/// <summary>What can happen to a wallet.</summary>
internal enum WalletStepKind
{
    /// <summary>Money comes in.</summary>
    Grant,

    /// <summary>A call begins.</summary>
    Reserve,

    /// <summary>A call asks for more: a second reserve for the same hold.</summary>
    Extend,

    /// <summary>A call says what it has used.</summary>
    Progress,

    /// <summary>A call ends and takes part of its hold.</summary>
    SettleLess,

    /// <summary>A call ends and takes its hold.</summary>
    SettleExactly,

    /// <summary>A call ends and takes more than its hold: debt.</summary>
    SettleOver,

    /// <summary>A call ends and takes nothing.</summary>
    Release,

    /// <summary>Credit ends unused: no more than there is.</summary>
    Expire,

    /// <summary>Money is taken back, below the floor too.</summary>
    Refund,

    /// <summary>The floor moves; an even amount takes it away.</summary>
    SetFloor,

    /// <summary>PostgreSQL takes some records.</summary>
    Flush,

    /// <summary>The process is closed and started.</summary>
    Restart,

    /// <summary>The process is killed and started.</summary>
    Kill,
}
