namespace Lava.Server.Web.Checkout;

/// <summary>A step of the page.</summary>
/// <param name="Title">Its heading, which is the document's title, too.</param>
/// <param name="Body">What follows the heading.</param>
internal sealed record StepPage(string Title, Markup Body)
{
    /// <summary>The module that runs it, without <c>.mjs</c>; null: none.</summary>
    public string? Module { get; init; }

    /// <summary>Does the page ask again by itself?</summary>
    public bool IsWaiting { get; init; }
}
