namespace Lava.Server.Web.Plots;

/// <summary>How far the points of a plot are from each other.</summary>
internal enum PlotStep
{
    /// <summary>A quarter of an hour.</summary>
    Quarter,

    /// <summary>An hour.</summary>
    Hour,

    /// <summary>Six hours, from midnight on.</summary>
    QuarterDay,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A week, from Monday on.</summary>
    Week,
}
