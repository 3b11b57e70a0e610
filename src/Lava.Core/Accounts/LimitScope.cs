namespace Lava.Core.Accounts;

/// <summary>Whose hard limit it is.</summary>
public enum LimitScope
{
    /// <summary>The customer's own.</summary>
    Customer,

    /// <summary>The customer's plan's.</summary>
    Plan,

    /// <summary>The spend key's.</summary>
    SpendKey,
}
