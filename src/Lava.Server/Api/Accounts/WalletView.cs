using Lava.Core;

namespace Lava.Server.Api.Accounts;

/// <summary>A merchant's own wallet: a running total of what no customer pays, below zero as it is spent.</summary>
internal sealed record WalletView(string WalletId, Money Balance);
