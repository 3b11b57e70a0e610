namespace Lava.Tests.Wallets;

/// <summary>One thing that happens to a wallet.</summary>
/// <param name="Kind">What.</param>
/// <param name="Which">The wallet, or the open call, by remainder: a step means something in whatever sequence shrinking leaves.</param>
/// <param name="Amount">How much, 0 or more.</param>
internal sealed record WalletStep(WalletStepKind Kind, int Which, int Amount);
