namespace Lava.Gateway;

/// <summary>What happens when a wallet can't pay the most that a call can cost, but a smaller answer would fit.</summary>
public enum ShortfallPolicy
{
    /// <summary>402.</summary>
    Refuse,

    /// <summary>The call goes on with its largest output lowered to what the wallet can pay.</summary>
    Clamp,
}
