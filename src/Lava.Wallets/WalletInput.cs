namespace Lava.Wallets;

/// <summary>One operation, as it travels through FASTER.</summary>
/// <param name="Operation">What to do.</param>
/// <param name="Amount">Open: posted. Reserve, Credit: the amount. Settle: the debit. SetFloor: unused.</param>
/// <param name="Other">Open, SetFloor: the floor. Settle: the hold.</param>
internal readonly record struct WalletInput(WalletOperation Operation, long Amount, long Other);
